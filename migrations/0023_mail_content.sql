-- What a mail says, as JSON of its own type (crate mails): {"mail": "plan.registered", "version": 1, "says": {…}}, beside its subject
-- and body. Never changed once written: text, so that it stays byte for byte. Empty in mails of before and of nodes of the version
-- before. Only additions.
alter table mail add column content text;
