"""Reads every mail in a Maildir as strictly as Python's parser can, and says what is in it; argv: folder, [DNS name, DNS value]."""
import email
import email.policy
import json
import pathlib
import sys

folder, record = pathlib.Path(sys.argv[1]), sys.argv[2:]
for path in sorted(folder.iterdir()):
    raw = path.read_bytes()
    # Raises at the first defect.
    mail = email.message_from_bytes(raw, policy=email.policy.strict)
    said = {
        "headers": [[name.lower(), str(value)] for name, value in mail.items()],
        "defects": [str(d) for d in mail.defects] + [str(d) for _, v in mail.items() for d in getattr(v, "defects", [])],
        "multipart": mail.is_multipart(),
        "text": mail.get_content(),
        "date": mail["date"].datetime.isoformat(),
        "longest": max(len(line) for line in raw.split(b"\n")),
        "ascii": raw.isascii(),
    }
    if record:
        import dkim

        name, value = record
        known = {name.encode() + b".": value.encode()}
        # What the receiving server of the test wrote on top isn't part of the message.
        said["dkim"] = dkim.verify(raw, dnsfunc=lambda asked, timeout=5: known.get(asked))
        said["spoiled"] = dkim.verify(raw.replace(b"To: ", b"To: x", 1), dnsfunc=lambda asked, timeout=5: known.get(asked))
    print(json.dumps(said))
