-- What 0021 did for states, for every other closed set of words that rows hold: nothing writes a word that nobody reads.
-- Rows of before are looked at when they are written to again. Only additions: nodes of the version before write the same
-- words.

-- only postgresql
alter table plan_registration
    add constraint plan_registration_review
    check (
        review in ('waiting', 'reviewed', 'revision_required')
    ) not valid;
alter table result_entry
    add constraint result_entry_series
    check (
        series in ('booster', 'earlier', 'unused_vials')
    ) not valid;
alter table contact
    add constraint contact_role
    check (
        role in ('organizer', 'institution')
    ) not valid;
alter table membership
    add constraint membership_scope_kind
    check (
        scope_kind in ('nation', 'prefecture', 'municipality', 'wholesaler', 'federation', 'venue', 'application')
    ) not valid;
alter table remark
    add constraint remark_record_kind
    check (
        record_kind in ('plan', 'application')
    ) not valid;
alter table venue_account
    add constraint venue_account_kind
    check (
        kind in ('ordinary', 'current')
    ) not valid;
alter table saved_report
    add constraint saved_report_every
    check (
        every in ('never', 'week', 'month')
    ) not valid;
alter table sought
    add constraint sought_kind
    check (
        kind in ('venue', 'account', 'application')
    ) not valid;

-- only sqlite
create trigger plan_registration_review_insert
before insert on plan_registration
when new.review not in ('waiting', 'reviewed', 'revision_required')
begin
    select raise(abort, 'plan_registration.review');
end;
create trigger plan_registration_review_update
before update of review on plan_registration
when new.review not in ('waiting', 'reviewed', 'revision_required')
begin
    select raise(abort, 'plan_registration.review');
end;
create trigger result_entry_series_insert
before insert on result_entry
when new.series not in ('booster', 'earlier', 'unused_vials')
begin
    select raise(abort, 'result_entry.series');
end;
create trigger result_entry_series_update
before update of series on result_entry
when new.series not in ('booster', 'earlier', 'unused_vials')
begin
    select raise(abort, 'result_entry.series');
end;
create trigger contact_role_insert
before insert on contact
when new.role not in ('organizer', 'institution')
begin
    select raise(abort, 'contact.role');
end;
create trigger contact_role_update
before update of role on contact
when new.role not in ('organizer', 'institution')
begin
    select raise(abort, 'contact.role');
end;
create trigger membership_scope_kind_insert
before insert on membership
when new.scope_kind not in ('nation', 'prefecture', 'municipality', 'wholesaler', 'federation', 'venue', 'application')
begin
    select raise(abort, 'membership.scope_kind');
end;
create trigger membership_scope_kind_update
before update of scope_kind on membership
when new.scope_kind not in ('nation', 'prefecture', 'municipality', 'wholesaler', 'federation', 'venue', 'application')
begin
    select raise(abort, 'membership.scope_kind');
end;
create trigger remark_record_kind_insert
before insert on remark
when new.record_kind not in ('plan', 'application')
begin
    select raise(abort, 'remark.record_kind');
end;
create trigger remark_record_kind_update
before update of record_kind on remark
when new.record_kind not in ('plan', 'application')
begin
    select raise(abort, 'remark.record_kind');
end;
create trigger venue_account_kind_insert
before insert on venue_account
when new.kind not in ('ordinary', 'current')
begin
    select raise(abort, 'venue_account.kind');
end;
create trigger venue_account_kind_update
before update of kind on venue_account
when new.kind not in ('ordinary', 'current')
begin
    select raise(abort, 'venue_account.kind');
end;
create trigger saved_report_every_insert
before insert on saved_report
when new.every not in ('never', 'week', 'month')
begin
    select raise(abort, 'saved_report.every');
end;
create trigger saved_report_every_update
before update of every on saved_report
when new.every not in ('never', 'week', 'month')
begin
    select raise(abort, 'saved_report.every');
end;
create trigger sought_kind_insert
before insert on sought
when new.kind not in ('venue', 'account', 'application')
begin
    select raise(abort, 'sought.kind');
end;
create trigger sought_kind_update
before update of kind on sought
when new.kind not in ('venue', 'account', 'application')
begin
    select raise(abort, 'sought.kind');
end;
