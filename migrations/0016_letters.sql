-- A letter signed elsewhere is a file of up to ten megabytes in its row, and behind it stands what every list of letters shows: whether
-- it was replaced. SQLite reads that out of the index by which it found the row.
create index letter_of_venue on letter (venue_id, made_at, replaces, replaced_at);
create index letter_of_municipality on letter (municipality, made_at, id, replaces, replaced_at);
drop index letter_venue;
drop index letter_municipality;
