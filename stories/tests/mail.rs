//! Mail by SMTP: it arrives with its Japanese subject and a stable Message-ID; while the server is down it waits.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use platform::mail::Courier;
use platform::outbox::{self, Mail};
use stories::on_both_engines;

/// Takes one mail by SMTP and hands over what was sent.
fn smtp_server() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut out = stream.try_clone().unwrap();
            let mut say = |line: &str| write!(out, "{line}\r\n").unwrap();
            say("220 test");
            let mut lines = BufReader::new(stream).lines();
            while let Some(Ok(line)) = lines.next() {
                match line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase().as_str() {
                    "DATA" => {
                        say("354 go on");
                        let mail: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|l| l != ".").collect();
                        tell.send(mail.join("\n")).unwrap();
                        say("250 taken");
                    }
                    "QUIT" => {
                        say("221 bye");
                        break;
                    }
                    _ => say("250 ok"),
                }
            }
        }
    });
    (url, told)
}

on_both_engines! {
    fn mail_waits_while_the_server_is_down_and_arrives_once_when_it_is_back(world) {
        world.tick();
        let now = world.house.now();
        let mail = Mail { to: "sato@minato-shoji.example".into(), subject: "【納入】予定日が決まりました（髙橋会場）".into(), body: "本文です。\nhttp://localhost/venues/v".into(), about: ("venue".into(), "v".into()) };
        world.house.db.write_blocking(move |tx: &mut platform::db::Tx<'_>| outbox::put(tx, now, &mail)).unwrap();
        let deliver = |courier: &Courier, at: &str| world.block_on(outbox::deliver(&world.house.db, courier, stories::at(at), "node")).unwrap();

        let closed = Courier::smtp("smtp://127.0.0.1:1", "vsys@example.jp", None).unwrap();
        assert_eq!(deliver(&closed, "2022-02-07T10:00"), 0);
        let waiting = world.mails_to("sato@minato-shoji.example").pop().unwrap();
        assert!(waiting.sent_at.is_none() && waiting.attempts == 1 && waiting.last_error.is_some());

        let (url, told) = smtp_server();
        let courier = Courier::smtp(&url, "vsys@example.jp", None).unwrap();
        assert_eq!(deliver(&courier, "2022-02-07T10:00:30"), 0, "the first pause is a minute");
        assert_eq!(deliver(&courier, "2022-02-07T10:01"), 1);
        assert_eq!(deliver(&courier, "2022-02-07T10:02"), 0, "once");
        let sent = told.recv().unwrap();
        assert!(sent.contains("To: sato@minato-shoji.example") && sent.contains(&format!("Message-ID: <{}@vsys>", waiting.id)), "{sent}");
        assert!(sent.contains("=?utf-8?b?"), "the subject is encoded: {sent}");
        assert!(world.mails_to("sato@minato-shoji.example").pop().unwrap().sent_at.is_some());
    }
}
