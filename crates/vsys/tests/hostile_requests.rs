//! Hostile requests at the real binary's doors, under a limit on its address space: bodies without
//! end, of a million parts, packed, cut off, that say something else than they are. Each is
//! answered, or its connection is closed, within bounds; nothing ends the process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod limited;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use limited::{Server, health};
use serde_json::Value;
use stories::Visitor;
use vsys::demo_world::PASSWORD;

/// What came back on the wire: the status, its kind, its words; none where the connection was
/// closed without a word.
type Heard = Option<(u16, String, String)>;

/// A request as it is on the wire. Whatever can't be sent because nobody listens any more isn't;
/// who gets no answer for so long hangs up.
fn wire(url: &str, head: &str, body: &[u8], patience: Duration) -> Heard {
    let address = url.trim_start_matches("http://").replace("localhost", "127.0.0.1");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(patience)).unwrap();
    stream.set_write_timeout(Some(patience)).unwrap();
    let mut reader = stream.try_clone().unwrap();
    let listening = std::thread::spawn(move || {
        let mut all = Vec::new();
        let mut piece = [0; 65_536];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return all,
                Ok(n) => all.extend_from_slice(&piece[..n]),
                Err(_) => {
                    let _ = reader.shutdown(Shutdown::Both);
                    return all;
                }
            }
        }
    });
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body))
        .and_then(|()| stream.flush());
    let all = listening.join().unwrap();
    let text = String::from_utf8_lossy(&all);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let kind = head
        .lines()
        .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-type: ").map(str::to_string))
        .unwrap_or_default();
    Some((status, kind, body.to_string()))
}

/// Who waits for an answer that must come, and who sends what isn't complete.
const PATIENT: Duration = Duration::from_secs(60);
const IMPATIENT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 2 } else { 1 });

struct Doors {
    server: Server,
    cookie: String,
    key: String,
    token: String,
}

impl Doors {
    fn open() -> Doors {
        let server = Server::start();
        let mut ito = Visitor::new(&server.url);
        ito.sign_in("ito@touto-oroshi.example", PASSWORD);
        let page = ito.open("/wholesale/tokens");
        let token = page.value("secret").unwrap();
        ito.press(&page, "このトークンを有効にする", &[("label", "x"), ("days", "90")]).is(200);
        let cookie = ito.cookies();
        let key = ito.token().unwrap();
        Doors { server, cookie, key, token }
    }

    fn head(&self, path: &str, more: &str) -> String {
        format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {}\r\n{more}\r\n",
            self.cookie
        )
    }
    fn form(&self, path: &str, length: usize) -> String {
        self.head(
            path,
            &format!(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"
            ),
        )
    }
    fn parts(&self, path: &str, length: usize) -> String {
        self.head(
            path,
            &format!(
                "Content-Type: multipart/form-data; boundary=xyz\r\nContent-Length: {length}\r\n"
            ),
        )
    }
    fn api(&self, length: usize, more: &str) -> String {
        format!(
            "POST /api/v1/shipments HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n",
            self.token
        )
    }

    /// Sends it, weighs it, and looks at what came back.
    fn send(&self, what: &str, head: &str, body: &[u8]) -> Heard {
        self.sent(what, head, body, IMPATIENT)
    }
    fn sent(&self, what: &str, head: &str, body: &[u8], patience: Duration) -> Heard {
        let (heard, cost) = self.server.weighed(|| wire(&self.server.url, head, body, patience));
        let said = heard.as_ref().map_or("closed".to_string(), |(status, kind, body)| {
            format!(
                "{status} {kind} {}",
                body.chars().filter(|c| !c.is_control()).take(60).collect::<String>()
            )
        });
        self.server.enter(what, head.len() + body.len(), &said, cost);
        if let Some((status, ..)) = &heard {
            assert!(*status < 500 || *status == 503, "{what}: {said}");
        }
        heard
    }
    /// At a door of ours: it must be answered, and in words.
    fn answered(&self, what: &str, head: &str, body: &[u8], statuses: &[u16]) {
        let heard = self.sent(what, head, body, PATIENT);
        let Some((status, kind, words)) = heard else { panic!("{what}: closed without a word") };
        assert!(statuses.contains(&status), "{what}: {status} {words}");
        let html = kind.starts_with("text/html") && words.contains("</h1>");
        let problem = kind == "application/problem+json"
            && serde_json::from_str::<Value>(&words)
                .is_ok_and(|v| v["errors"][0]["sentence"].as_str().is_some_and(|s| !s.is_empty()));
        assert!((300..400).contains(&status) || html || problem, "{what}: {status} {kind} {words}");
    }
}

const REFUSED: [u16; 8] = [200, 303, 403, 404, 413, 415, 422, 503];

#[test]
fn hostile_forms_and_parts_are_answered_within_bounds() {
    let doors = Doors::open();
    let disposition =
        |name: &str| format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
    let key = format!("{}{}\r\n", disposition("_key"), doors.key);
    let file = "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n";
    let pairs: String = (0..1_000_000).map(|n| format!("a{n}=1&")).collect();
    let one = "a=&".repeat(340_000);
    let multipart: Vec<(&str, Vec<u8>)> = vec![
        ("parts without an end", [key.as_bytes(), file.as_bytes(), &b"a,b\n".repeat(500_000)].concat()),
        ("parts without a beginning", b"a".repeat(2_000_000)),
        ("a part without a name", b"--xyz\r\n\r\nx\r\n--xyz--\r\n".to_vec()),
        ("a hundred thousand parts", [key.as_bytes(), disposition("a").repeat(100_000).as_bytes()].concat()),
        ("a hundred thousand files", [key.as_bytes(), file.replace("\"file\"", "\"other\"").repeat(90_000).as_bytes()].concat()),
        ("a hundred thousand files of the right name", [key.as_bytes(), file.repeat(90_000).as_bytes()].concat()),
        ("a part of a million heads", [b"--xyz\r\n".as_slice(), &b"X-A: b\r\n".repeat(1_000_000), b"\r\nx\r\n--xyz--"].concat()),
        (
            "a part whose name is ten megabytes",
            format!("--xyz\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\nx\r\n--xyz--", "n".repeat(10_000_000)).into_bytes(),
        ),
        (
            "a part whose head has a name of ten megabytes",
            format!("--xyz\r\n{}: x\r\n\r\nx\r\n--xyz--", "n".repeat(10_000_000)).into_bytes(),
        ),
        ("a head that never ends", [b"--xyz\r\nContent-Disposition: form-data; name=\"".as_slice(), &[b' '; 9_000_000]].concat()),
        ("boundaries only", b"--xyz\r\n".repeat(900_000)),
        ("almost boundaries", b"\r\n--xy".repeat(900_000)),
        ("line ends only", b"\r\n".repeat(3_000_000)),
        (
            "a file name of everything",
            format!(
                "{key}--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\na\r\n--xyz--\r\n",
                "../".repeat(10_000)
            )
            .into_bytes(),
        ),
        (
            "a field of four megabytes beside a file",
            [key.as_bytes(), disposition("paste").as_bytes(), &[b'x'; 4_300_000], b"\r\n", file.as_bytes(), b"a\r\n--xyz--\r\n"].concat(),
        ),
    ];
    for (what, body) in &multipart {
        for path in ["/wholesale/import", "/login"] {
            doors.answered(
                &format!("{what} at {path}"),
                &doors.parts(path, body.len()),
                body,
                &REFUSED,
            );
        }
    }
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("a million pairs", pairs.into_bytes()),
        ("a third of a million pairs of one name", one.into_bytes()),
        ("a megabyte of percents", b"%".repeat(1_000_000)),
        ("a megabyte of broken letters", b"%ff%fe=%c3%28&".repeat(70_000)),
        ("a megabyte of equals", b"=".repeat(1_000_000)),
        ("a name of a megabyte", [&[b'n'; 1_000_000][..], b"=1"].concat()),
        ("ten megabytes", vec![b'a'; 10_000_000]),
        ("nothing", Vec::new()),
    ];
    for (what, body) in &forms {
        for path in ["/login", "/wholesale/shipments", "/applications/new", "/account/password"] {
            doors.answered(
                &format!("{what} at {path}"),
                &doors.form(path, body.len()),
                body,
                &REFUSED,
            );
        }
    }
    // A length that isn't true, and kinds that aren't.
    for (what, more) in [
        (
            "a body that is shorter than it says",
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n",
        ),
        ("parts without a boundary", "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n"),
        (
            "a boundary of nothing",
            "Content-Type: multipart/form-data; boundary=\r\nContent-Length: 3\r\n",
        ),
        (
            "a boundary of a kilobyte",
            "Content-Type: multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nContent-Length: 3\r\n",
        ),
        (
            "a packed form",
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n",
        ),
        ("a kind of nothing", "Content-Type: \u{1f4a9}\r\nContent-Length: 3\r\n"),
    ] {
        for path in ["/login", "/wholesale/import"] {
            doors.send(&format!("{what} at {path}"), &doors.head(path, more), b"a=b");
        }
    }
    assert_eq!(health(&doors.server.url), 200);
}

#[test]
fn hostile_heads_and_chunks_are_answered_or_closed_within_bounds() {
    let doors = Doors::open();
    let get = |target: &str, more: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n")
    };
    let many: String = (0..8_000).map(|n| format!("a{n}=1&")).collect();
    doors.answered(
        "eight thousand parameters",
        &get(&format!("/find?{}", &many[..60_000]), ""),
        b"",
        &[200, 414, 422],
    );
    for (what, head) in [
        ("a million parameters", get(&format!("/find?{}", "a=1&".repeat(1_000_000)), "")),
        ("a path of a megabyte", get(&format!("/{}", "a".repeat(1_000_000)), "")),
        ("a path of slashes", get(&"/".repeat(60_000), "")),
        ("a cookie of a megabyte", get("/home", &format!("Cookie: sid={}\r\n", "a".repeat(1_000_000)))),
        ("a hundred thousand cookies", get("/home", &format!("Cookie: {}\r\n", "a=1; ".repeat(100_000)))),
        ("ninety cookies' heads", get("/home", &"Cookie: sid=aaaaaaaaaaaaaaaaaaaaaaaaaaaaa; lang=en\r\n".repeat(90))),
        ("a million heads", get("/home", &"X-A: b\r\n".repeat(1_000_000))),
        ("a head's name of a megabyte", get("/home", &format!("{}: b\r\n", "n".repeat(1_000_000)))),
        ("a head's name of sixty kilobytes", get("/home", &format!("{}: b\r\n", "n".repeat(60_000)))),
        ("a head that is folded", get("/home", "X-A: b\r\n c\r\n")),
        ("two lengths", "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc".to_string()),
        ("a length and chunks", "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_string()),
        ("a length beyond counting", "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n".to_string()),
        ("a length of 64 bits", "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 18446744073709551615\r\n\r\n".to_string()),
        ("a length below nothing", "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n".to_string()),
        ("forwarded a hundred thousand times", get("/home", &format!("X-Forwarded-For: {}\r\n", "1.2.3.4, ".repeat(30_000)))),
        ("languages without end", get("/home", &format!("Accept-Language: {}\r\nAccept: {}\r\n", "ja;q=1,".repeat(20_000), "text/html,".repeat(10_000)))),
        ("no HTTP at all", "\u{0}\u{1}\u{2}\r\n\r\n".repeat(1000)),
        ("another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_string()),
    ] {
        doors.send(what, &head, b"");
    }
    let chunked = |path: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n",
            doors.cookie
        )
    };
    for (what, body) in [
        ("chunks of a letter", b"1\r\na\r\n".repeat(500_000)),
        ("chunks that never end", [b"ffffff\r\n".as_slice(), &[b'a'; 2_000_000]].concat()),
        ("a chunk beyond counting", b"ffffffffffffffff\r\nabc".to_vec()),
        ("a chunk of 128 bits", b"ffffffffffffffffffffffffffffffff\r\nabc".to_vec()),
        ("a chunk of no number", b"xyz\r\nabc\r\n0\r\n\r\n".to_vec()),
        (
            "a chunk with ten megabytes beside it",
            [b"1;x=".as_slice(), &[b'x'; 10_000_000], b"\r\na\r\n0\r\n\r\n"].concat(),
        ),
        (
            "trailers without end",
            [b"0\r\n".as_slice(), &b"X-A: b\r\n".repeat(1_000_000), b"\r\n"].concat(),
        ),
    ] {
        for path in ["/login", "/wholesale/import"] {
            doors.send(&format!("{what} at {path}"), &chunked(path), &body);
        }
    }
    assert_eq!(health(&doors.server.url), 200);
}

#[test]
fn hostile_json_is_answered_as_a_problem_within_bounds() {
    let doors = Doors::open();
    let keys: String = (0..90_000).map(|n| format!("\"k{n}\": 1,")).collect();
    let packed = stories::wreckage::packed_blanks(100_000_000);
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("a million brackets", vec![b'['; 1_000_000]),
        ("a million objects", b"{\"a\":".repeat(200_000)),
        (
            "brackets within a text",
            format!("{{\"a\": \"{}\"}}", "[".repeat(1_000_000)).into_bytes(),
        ),
        ("ninety thousand keys", format!("{{{keys}\"x\": 1}}").into_bytes()),
        (
            "half a million keys of one letter",
            format!("{{{}\"x\": 1}}", "\"a\":1,".repeat(300_000)).into_bytes(),
        ),
        ("a key of a megabyte", format!("{{\"{}\": 1}}", "k".repeat(1_000_000)).into_bytes()),
        (
            "a million values",
            format!("{{\"shipments\": [{}1]}}", "1,".repeat(900_000)).into_bytes(),
        ),
        ("a number of a megabyte", format!("{{\"a\": {}}}", "9".repeat(1_000_000)).into_bytes()),
        (
            "a fraction of a megabyte",
            format!("{{\"a\": 0.{}}}", "9".repeat(1_000_000)).into_bytes(),
        ),
        ("a number beyond all", b"{\"a\": 1e400}".to_vec()),
        (
            "an exponent of a megabyte",
            format!("{{\"a\": 1e{}}}", "9".repeat(1_000_000)).into_bytes(),
        ),
        ("a number with noughts before it", b"{\"a\": 007}".to_vec()),
        ("no number", b"{\"a\": NaN}".to_vec()),
        ("a key twice", b"{\"shipments\": [], \"shipments\": []}".to_vec()),
        ("a key twice in other letters", b"{\"shipments\": [], \"shipment\\u0073\": []}".to_vec()),
        ("broken letters", b"{\"shipments\": \"\xff\xfe\"}".to_vec()),
        ("overlong letters", b"{\"shipments\": \"\xc0\x80\"}".to_vec()),
        ("half of a letter", b"{\"shipments\": \"\\ud800\"}".to_vec()),
        ("halves in the wrong order", b"{\"shipments\": \"\\udc00\\ud800\"}".to_vec()),
        (
            "a zero within a text",
            b"{\"shipments\": [{\"id\": \"a\\u0000b\", \"date\": \"2022-03-02\"}]}".to_vec(),
        ),
        (
            "a megabyte of escapes",
            format!("{{\"a\": \"{}\"}}", "\\u0041".repeat(170_000)).into_bytes(),
        ),
        ("two bodies", b"{} {}".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a text", b"\"x\"".to_vec()),
        ("nothing", b"".to_vec()),
        ("blanks", vec![b' '; 1_000_000]),
        (
            "UTF-16",
            "\u{feff}{\"shipments\": []}".encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        ("ten megabytes", vec![b' '; 10_000_000]),
    ];
    for (what, body) in &bodies {
        doors.answered(what, &doors.api(body.len(), ""), body, &[413, 415, 422]);
    }
    doors.answered(
        "a packed body",
        &doors.api(packed.len(), "Content-Encoding: gzip\r\n"),
        &packed,
        &[413, 415, 422],
    );
    doors.answered(
        "a key of idempotency of sixty kilobytes",
        &doors.api(2, &format!("Idempotency-Key: {}\r\n", "k".repeat(60_000))),
        b"{}",
        &[422],
    );
    let stranger = "POST /api/v1/shipments HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n";
    doors.answered("a million brackets of nobody", stranger, &vec![b'['; 1_000_000], &[401]);
    assert_eq!(health(&doors.server.url), 200);
}

/// Forty guesses at once: each is judged or told to wait, and they cost the memory of two.
#[test]
fn many_guesses_at_once_cost_the_memory_of_two() {
    let server = Server::start();
    let guess = |n: usize| {
        let stranger = Visitor::new(&server.url);
        stranger.open("/login");
        let (mail, password) = (format!("nobody{n}@example.jp"), format!("no such password {n}"));
        stranger.try_send("/login", &[("mail", &mail), ("password", &password)]).unwrap()
    };
    let all_at_once = || {
        std::thread::scope(|scope| {
            let guesses: Vec<_> = (0..40).map(|n| scope.spawn(move || guess(n))).collect();
            guesses.into_iter().map(|g| g.join().unwrap()).collect::<Vec<u16>>()
        })
    };
    let (statuses, cost) = server.weighed(all_at_once);
    server.enter_up_to(110_000, "forty guesses at once", 0, &format!("{statuses:?}"), cost);
    assert!(statuses.iter().all(|s| [403, 422, 429, 503].contains(s)), "{statuses:?}");
    assert!(statuses.contains(&422), "{statuses:?}");
}

/// Files that are said to come and don't keep nobody else from sending one: they hold places of
/// their own senders only.
#[test]
fn files_that_never_come_keep_nobody_else_from_sending_one() {
    let doors = Doors::open();
    let person = |mail: &str| {
        let mut visitor = Visitor::new(&doors.server.url);
        visitor.sign_in(mail, PASSWORD);
        visitor
    };
    let address = doors.server.url.trim_start_matches("http://").replace("localhost", "127.0.0.1");
    // The status that comes before the body does: whether it is awaited.
    let promised = |path: &str, cookie: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Length: 100000\r\n\
             Content-Type: multipart/form-data; boundary=xyz\r\nExpect: 100-continue\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        (stream, String::from_utf8_lossy(&status).into_owned())
    };
    let mut idle = Vec::new();
    for (mail, path) in [
        ("ito@touto-oroshi.example", "/wholesale/import"),
        ("takahashi@minato-clinic.example", "/results/import"),
        ("reviewer@ministry.example", "/admin/masters/holidays/import"),
    ] {
        let cookie = person(mail).cookies();
        for _ in 0..4 {
            let (stream, status) = promised(path, &cookie);
            assert_eq!(status, "HTTP/1.1 100", "{mail}");
            idle.push(stream);
        }
        assert_eq!(promised(path, &cookie).1, "HTTP/1.1 503", "{mail}");
    }
    let page = person("sato@minato-shoji.example").upload(
        "/results/import",
        "a.csv",
        "a,b\nc,d\n".as_bytes(),
    );
    assert!([200, 422].contains(&page.status), "{}: {}", page.status, page.words());
    drop(idle);
}
