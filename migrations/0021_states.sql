-- States are closed sets, and the tables know them: nothing writes a word that nobody reads. Rows of before are looked at
-- when they are written to again. Only additions: nodes of the version before write the same words.

-- The number of a shipment as another system may write it: without its dashes, in any case.
create index shipment_bare on shipment (replace(lower(id), '-', ''));

-- only postgresql
alter table application
    add constraint application_status
    check (status in ('draft', 'submitted', 'returned', 'confirmed', 'withdrawn')) not valid;
alter table allocation_run
    add constraint allocation_run_state
    check (state in ('queued', 'working', 'refused', 'cancelled', 'tried', 'approved', 'carried_out')) not valid;
alter table shipment
    add constraint shipment_band
    check (band in ('morning', 'afternoon', 'anytime')) not valid;
alter table letter
    add constraint letter_way
    check (way in ('paper', 'electronic', 'signed_pdf')) not valid;
alter table municipality_setting
    add constraint municipality_setting_letter_way
    check (letter_way in ('paper', 'electronic', 'signed_pdf')) not valid;
alter table stock_entry
    add constraint stock_entry_kind
    check (kind in ('delivered', 'received', 'transferred_in', 'transferred_out', 'opened', 'used', 'wasted', 'adjusted')) not valid;
alter table person_record
    add constraint person_record_band
    check (band in ('regular', 'after_hours', 'holiday')) not valid;
alter table claim
    add constraint claim_status
    check (status in ('draft', 'submitted')) not valid;
alter table claim_part
    add constraint claim_part_status
    check (status in ('submitted', 'received', 'decided', 'returned')) not valid;
alter table venue_public
    add constraint venue_public_status
    check (status in ('bookable', 'few', 'unbookable', 'no_booking_needed', 'unregistered')) not valid;
alter table inquiry
    add constraint inquiry_status
    check (status in ('open', 'answered', 'closed')) not valid;
alter table announcement
    add constraint announcement_level
    check (level in ('notice', 'important', 'urgent')) not valid;
alter table import
    add constraint import_status
    check (status in ('checking', 'checked', 'applying', 'applied', 'undoing', 'undone')) not valid;
alter table membership
    add constraint membership_role
    check (
        role in (
            'organizer',
            'institution',
            'national',
            'prefecture',
            'municipality',
            'wholesaler',
            'federation',
            'support',
            'auditor'
        )
    ) not valid;

-- only sqlite
create trigger application_status_insert
before insert on application
when new.status not in ('draft', 'submitted', 'returned', 'confirmed', 'withdrawn')
begin
    select raise(abort, 'application.status');
end;
create trigger application_status_update
before update of status on application
when new.status not in ('draft', 'submitted', 'returned', 'confirmed', 'withdrawn')
begin
    select raise(abort, 'application.status');
end;
create trigger allocation_run_state_insert
before insert on allocation_run
when new.state not in ('queued', 'working', 'refused', 'cancelled', 'tried', 'approved', 'carried_out')
begin
    select raise(abort, 'allocation_run.state');
end;
create trigger allocation_run_state_update
before update of state on allocation_run
when new.state not in ('queued', 'working', 'refused', 'cancelled', 'tried', 'approved', 'carried_out')
begin
    select raise(abort, 'allocation_run.state');
end;
create trigger shipment_band_insert
before insert on shipment
when new.band not in ('morning', 'afternoon', 'anytime')
begin
    select raise(abort, 'shipment.band');
end;
create trigger shipment_band_update
before update of band on shipment
when new.band not in ('morning', 'afternoon', 'anytime')
begin
    select raise(abort, 'shipment.band');
end;
create trigger letter_way_insert
before insert on letter
when new.way not in ('paper', 'electronic', 'signed_pdf')
begin
    select raise(abort, 'letter.way');
end;
create trigger letter_way_update
before update of way on letter
when new.way not in ('paper', 'electronic', 'signed_pdf')
begin
    select raise(abort, 'letter.way');
end;
create trigger municipality_setting_letter_way_insert
before insert on municipality_setting
when new.letter_way not in ('paper', 'electronic', 'signed_pdf')
begin
    select raise(abort, 'municipality_setting.letter_way');
end;
create trigger municipality_setting_letter_way_update
before update of letter_way on municipality_setting
when new.letter_way not in ('paper', 'electronic', 'signed_pdf')
begin
    select raise(abort, 'municipality_setting.letter_way');
end;
create trigger stock_entry_kind_insert
before insert on stock_entry
when new.kind not in ('delivered', 'received', 'transferred_in', 'transferred_out', 'opened', 'used', 'wasted', 'adjusted')
begin
    select raise(abort, 'stock_entry.kind');
end;
create trigger stock_entry_kind_update
before update of kind on stock_entry
when new.kind not in ('delivered', 'received', 'transferred_in', 'transferred_out', 'opened', 'used', 'wasted', 'adjusted')
begin
    select raise(abort, 'stock_entry.kind');
end;
create trigger person_record_band_insert
before insert on person_record
when new.band not in ('regular', 'after_hours', 'holiday')
begin
    select raise(abort, 'person_record.band');
end;
create trigger person_record_band_update
before update of band on person_record
when new.band not in ('regular', 'after_hours', 'holiday')
begin
    select raise(abort, 'person_record.band');
end;
create trigger claim_status_insert
before insert on claim
when new.status not in ('draft', 'submitted')
begin
    select raise(abort, 'claim.status');
end;
create trigger claim_status_update
before update of status on claim
when new.status not in ('draft', 'submitted')
begin
    select raise(abort, 'claim.status');
end;
create trigger claim_part_status_insert
before insert on claim_part
when new.status not in ('submitted', 'received', 'decided', 'returned')
begin
    select raise(abort, 'claim_part.status');
end;
create trigger claim_part_status_update
before update of status on claim_part
when new.status not in ('submitted', 'received', 'decided', 'returned')
begin
    select raise(abort, 'claim_part.status');
end;
create trigger venue_public_status_insert
before insert on venue_public
when new.status not in ('bookable', 'few', 'unbookable', 'no_booking_needed', 'unregistered')
begin
    select raise(abort, 'venue_public.status');
end;
create trigger venue_public_status_update
before update of status on venue_public
when new.status not in ('bookable', 'few', 'unbookable', 'no_booking_needed', 'unregistered')
begin
    select raise(abort, 'venue_public.status');
end;
create trigger inquiry_status_insert
before insert on inquiry
when new.status not in ('open', 'answered', 'closed')
begin
    select raise(abort, 'inquiry.status');
end;
create trigger inquiry_status_update
before update of status on inquiry
when new.status not in ('open', 'answered', 'closed')
begin
    select raise(abort, 'inquiry.status');
end;
create trigger announcement_level_insert
before insert on announcement
when new.level not in ('notice', 'important', 'urgent')
begin
    select raise(abort, 'announcement.level');
end;
create trigger announcement_level_update
before update of level on announcement
when new.level not in ('notice', 'important', 'urgent')
begin
    select raise(abort, 'announcement.level');
end;
create trigger import_status_insert
before insert on import
when new.status not in ('checking', 'checked', 'applying', 'applied', 'undoing', 'undone')
begin
    select raise(abort, 'import.status');
end;
create trigger import_status_update
before update of status on import
when new.status not in ('checking', 'checked', 'applying', 'applied', 'undoing', 'undone')
begin
    select raise(abort, 'import.status');
end;
create trigger membership_role_insert
before insert on membership
when new.role not in (
             'organizer',
             'institution',
             'national',
             'prefecture',
             'municipality',
             'wholesaler',
             'federation',
             'support',
             'auditor'
         )
begin
    select raise(abort, 'membership.role');
end;
create trigger membership_role_update
before update of role on membership
when new.role not in (
             'organizer',
             'institution',
             'national',
             'prefecture',
             'municipality',
             'wholesaler',
             'federation',
             'support',
             'auditor'
         )
begin
    select raise(abort, 'membership.role');
end;
