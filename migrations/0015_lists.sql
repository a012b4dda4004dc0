-- Lists never touch what is large. SQLite walks through a large column to the columns behind it: what stands behind one in its row,
-- and a list shows, stands in an index of its own.
create index import_listed on import (kind, scope, made_at, id, status);
create index venue_note_listed on venue_note (venue_id, at, id, account, name, role, removed_at) where removed_at is null;
