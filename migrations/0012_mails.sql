-- What search boxes look in: names, addresses and codes of a record, folded (rules::fold), beside the record's wide row.
-- Written with the record; a job fills what is missing or was folded by another edition.
create table sought (
    kind text not null, -- venue, account
    id text not null,
    text text not null,
    -- The record's version and the edition of the folding that it was made from.
    of_version bigint not null,
    edition text not null,
    primary key (kind, id)
);

-- A mail address is one whatever its capitals.
create index account_mail_folded on account (lower(mail));
create index invitation_mail_folded on invitation (lower(mail));

create index mail_recipient_folded on mail (lower(recipient), made_at);

-- Mails that come again and again carry the address that ends them with one click: an account's own secret.
alter table mail add column unsubscribe text;
alter table account add column unsubscribe text;
create index account_unsubscribe on account (unsubscribe) where unsubscribe is not null;
-- Reminders before deadlines, until somebody ends them.
alter table account add column reminders boolean not null default true;
