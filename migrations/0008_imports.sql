-- Long tables are checked and applied by jobs; a file can be read once more in another encoding or from another sheet.
-- Only additions: nodes of the version before go on working beside the new ones.

-- What a job needs to go on in the name of the person who ordered it, what was chosen, and why it couldn't be done.
alter table import add column params jsonb;
alter table import add column wish jsonb;
alter table import add column trouble text;
-- Counts, lines and notices that the check of a long table found; its rows stand below.
alter table import add column staged jsonb;

-- The file as it came, as long as it may be read otherwise: until its import is applied.
create table import_file (
    import_id text primary key references import (id),
    content text not null -- base64
);

-- What each row of a long table would do.
create table import_row (
    import_id text not null references import (id),
    number bigint not null,
    verdict text not null, -- add, change, ask, same, bad
    label text not null,
    faults jsonb not null,
    primary key (import_id, number)
);
create index import_row_verdict on import_row (import_id, verdict, number);
