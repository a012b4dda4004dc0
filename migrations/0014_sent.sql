-- A fingerprint of what a form said when it was sent: the same page sent again with something else in it is asked about.
alter table submission add column said text;
