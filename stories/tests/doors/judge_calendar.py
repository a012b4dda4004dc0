"""Reads calendar files (argv) with somebody else's reader and says what events are in them; a fault is an exception."""
import json
import sys

import icalendar

for path in sys.argv[1:]:
    raw = open(path, "rb").read()
    assert b"\n" not in raw.replace(b"\r\n", b""), "a bare line feed"
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "a long line"
    raw.decode("utf-8")
    for line in raw.split(b"\r\n"):
        line.decode("utf-8")
    calendar = icalendar.Calendar.from_ical(raw)
    assert not calendar.errors, calendar.errors
    events = []
    for event in calendar.walk("VEVENT"):
        assert not event.errors, event.errors
        begins, ends = event.decoded("dtstart"), event.decoded("dtend")
        assert begins < ends, event
        events.append(
            {
                "uid": str(event["uid"]),
                "begins": begins.isoformat(),
                "ends": ends.isoformat(),
                "summary": str(event["summary"]),
                "url": str(event["url"]),
                "sequence": int(event["sequence"]),
                "stamp": event.decoded("dtstamp").isoformat(),
            }
        )
    uids = [e["uid"] for e in events]
    assert len(uids) == len(set(uids)), uids
    print(json.dumps({"name": str(calendar["x-wr-calname"]), "version": str(calendar["version"]), "events": events}))
