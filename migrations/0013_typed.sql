-- Where what people typed stands in a mail, in letters from its beginning: {"subject": [[from, to], …], "body": […]}.
-- Empty in mails written before; their English may translate a name that is also a word of the product.
alter table mail add column typed text;
-- And in the words about a row that is taken in: [[from, to], …].
alter table import_row add column typed jsonb;
