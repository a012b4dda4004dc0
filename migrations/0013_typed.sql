-- Where what people typed stands in a mail, in letters from its beginning: {"subject": [[from, to], …], "body": […]}.
-- Empty in mails written before; their English may translate a name that is also a word of the product.
alter table mail add column typed text;
