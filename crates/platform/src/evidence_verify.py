#!/usr/bin/env python3
"""Verifies a vsys evidence pack. Needs evidence.json beside it and nothing else.

Exit 0 and one line, or exit 1 and a line for every fault. An anchor (NUMBER=HASH of a seal that was kept elsewhere) may be given.
"""
import hashlib
import json
import os
import sys

faults = []


def sha(data):
    return hashlib.sha256(data).hexdigest()


here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "evidence.json"), encoding="utf-8") as file:
    pack = json.load(file)
record, rows, seals, covered = pack["record"], pack["rows"], pack["seals"], pack["covered"]

previous = ""
for count, row in enumerate(rows, 1):
    text = json.loads(row["text"])
    if text[1:3] != [record["kind"], record["id"]] or text[3] != count or row["number"] != count:
        faults.append(f"row {row['number']}: not the {count}. row of this record")
    if text[0] != previous:
        faults.append(f"row {count}: doesn't follow the one before it")
    if sha(row["text"].encode()) != row["hash"]:
        faults.append(f"row {count}: was changed")
    previous = row["hash"]

previous = ""
for count, seal in enumerate(seals, 1):
    text = json.loads(seal["text"])
    if text[0] != count or seal["number"] != count or text[5] != previous or text[4] != seal["root"]:
        faults.append(f"seal {seal['number']}: doesn't follow the one before it")
    if sha(seal["text"].encode()) != seal["hash"]:
        faults.append(f"seal {count}: was changed")
    previous = seal["hash"]

sealed = 0
if covered:
    kind, ident, sealed, head = json.loads(covered["leaf"])
    if [kind, ident] != [record["kind"], record["id"]] or sealed > len(rows) or rows[sealed - 1]["hash"] != head:
        faults.append(f"row {sealed}: seal {covered['seal']} knows it otherwise")
    node = hashlib.sha256(b"\x00" + covered["leaf"].encode()).digest()
    for step in covered["path"]:
        other = bytes.fromhex(step["hash"])
        pair = other + node if step["side"] == "left" else node + other
        node = hashlib.sha256(b"\x01" + pair).digest()
    roots = [s["root"] for s in seals if s["number"] == covered["seal"]]
    if roots != [node.hex()]:
        faults.append(f"seal {covered['seal']}: this record isn't under its root")

if len(sys.argv) > 1:
    number, _, wanted = sys.argv[1].partition("=")
    if not any(str(s["number"]) == number and s["hash"] == wanted for s in seals):
        faults.append(f"seal {number}: isn't the one that was kept elsewhere")

for fault in faults:
    print(fault)
if faults:
    sys.exit(1)
last = f"last seal {seals[-1]['number']}={seals[-1]['hash']}" if seals else "no seal yet"
print(f"{record['kind']} {record['id']}: {len(rows)} rows sound, {sealed} of them sealed; {len(seals)} seals sound; {last}")
