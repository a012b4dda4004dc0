//! What is refused is said in what its reader reads: pages to people, RFC 9457 to other systems,
//! sentences to calendars and tables; also where something fell over or never came to a route.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use platform::db::{Failure, Tx};
use stories::{World, on_both_engines};
use web::{House, server};

/// Status, kind, and what it says.
fn asked(
    url: &str,
    method: &str,
    path: &str,
    head: &[(&str, &str)],
    body: &[u8],
) -> (u16, String, String) {
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{url}{path}"));
    for (name, value) in head {
        request = request.header(*name, *value);
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let mut answer = agent.run(request.body(body).expect("a request")).expect("an answer");
    let kind = answer
        .headers()
        .get("content-type")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_string();
    (answer.status().as_u16(), kind, answer.body_mut().read_to_string().expect("a body"))
}

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// Handlers that fall over, answer nothing, or never answer, behind everything that stands around
/// the product's own.
fn falling(world: &World) -> String {
    let house: Arc<House> = world.house.clone();
    let in_the_database = {
        let house = house.clone();
        move || {
            let house = house.clone();
            async move {
                let read: Result<i64, Failure> = house
                    .db
                    .read(|_: &mut Tx<'_>| -> Result<i64, Failure> {
                        panic!("in the database's thread")
                    })
                    .await;
                read.map(|n| n.to_string()).unwrap_or_else(|e| panic!("{e}"))
            }
        }
    };
    async fn falls() -> StatusCode {
        panic!("no such cell")
    }
    let mut router = Router::new().route("/health", get(|| async { "ok" }));
    for base in ["/api/v1", "/venues", "/feeds"] {
        for (what, ending) in
            [("fall", ""), ("fall", ".ics"), ("fall", ".json"), ("fall", ".csv"), ("fall", ".pdf")]
        {
            router = router.route(&format!("{base}/{what}{ending}"), get(falls).post(falls));
        }
        router = router
            .route(&format!("{base}/database"), get(in_the_database.clone()))
            .route(&format!("{base}/bare"), get(|| async { StatusCode::FORBIDDEN.into_response() }))
            .route(
                &format!("{base}/bare.json"),
                get(|| async { (StatusCode::BAD_REQUEST, "Invalid URL").into_response() }),
            )
            .route(&format!("{base}/late"), get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
            .route(&format!("{base}/taken"), post(|| async { "taken" }));
    }
    let router = server::outside(router, &house);
    let listener =
        world.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let url = format!("http://localhost:{}", listener.local_addr().expect("an address").port());
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    world.block_on(async {
        tokio::spawn(async move { axum::serve(listener, service).await });
    });
    url
}

fn is_problem(status: u16, kind: &str, body: &str, expected: u16) {
    let answer: serde_json::Value =
        serde_json::from_str(body).unwrap_or_else(|_| panic!("no JSON: {body}"));
    assert_eq!(
        (status, kind, &answer["status"]),
        (expected, "application/problem+json", &serde_json::json!(expected)),
        "{body}"
    );
    assert!(
        answer["title"].as_str().is_some_and(|t| !t.is_empty()) && answer["type"] == "about:blank",
        "{body}"
    );
    let sentence = answer["errors"][0]["sentence"].as_str().unwrap_or_default();
    assert!(
        sentence.ends_with(|c: char| c == '。' || c.is_ascii_alphanumeric())
            && sentence.chars().count() > 8,
        "{body}"
    );
}

#[on_both_engines]
fn whatever_falls_over_is_answered_in_what_its_reader_reads_and_the_process_lives(world: &World) {
    let url = falling(world);
    for method in ["GET", "POST"] {
        for head in [&[][..], &[BROWSER][..]] {
            let (status, kind, body) = asked(&url, method, "/api/v1/fall", head, b"");
            is_problem(status, &kind, &body, 500);
            assert!(body.contains("次の受付番号") && !body.contains("no such cell"), "{body}");
        }
    }
    for path in [
        "/api/v1/fall.ics",
        "/api/v1/fall.json",
        "/api/v1/fall.csv",
        "/api/v1/database",
        "/venues/fall.json",
        "/feeds/fall.json",
    ] {
        let (status, kind, body) = asked(&url, "GET", path, &[], b"");
        is_problem(status, &kind, &body, 500);
    }
    for path in ["/venues/fall.ics", "/feeds/fall.ics", "/venues/fall.csv"] {
        let (status, kind, body) = asked(&url, "GET", path, &[], b"");
        assert_eq!((status, kind.as_str()), (500, "text/plain; charset=utf-8"), "{path}");
        assert!(body.contains("次の受付番号") && !body.contains('<'), "{body}");
        // A person who follows such a link with a browser gets a page.
        let (status, kind, body) = asked(&url, "GET", path, &[BROWSER], b"");
        assert_eq!((status, kind.as_str()), (500, "text/html; charset=utf-8"), "{path}");
        assert!(body.contains("受付番号"));
    }
    for path in ["/venues/fall", "/venues/fall.pdf", "/venues/database", "/feeds/fall"] {
        let (status, kind, body) = asked(&url, "GET", path, &[], b"");
        assert_eq!((status, kind.as_str()), (500, "text/html; charset=utf-8"), "{path}");
        assert!(body.contains("何も変更されていません"), "{body}");
    }
    assert_eq!(asked(&url, "GET", "/health", &[], b"").0, 200);
    // The real server over the same database works on.
    world.persona("sato@minato-shoji.example").open("/home").is(200);
}

#[on_both_engines]
fn what_never_came_to_a_route_is_answered_so_too(world: &World) {
    let url = falling(world);
    let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    for (base, problem) in [("/api/v1", true), ("/venues", false)] {
        let answers = [
            (403, asked(&url, "POST", &format!("{base}/taken"), &foreign, b"x")),
            (403, asked(&url, "GET", &format!("{base}/bare"), &[], b"")),
            (503, asked(&url, "GET", &format!("{base}/late"), &[], b"")),
            (404, asked(&world.url, "GET", &format!("{base}/no/such/thing/anywhere"), &[], b"")),
            (
                405,
                asked(
                    &world.url,
                    "DELETE",
                    if problem { "/api/v1/shipments" } else { "/login" },
                    &[],
                    b"",
                ),
            ),
        ];
        for (expected, (status, kind, body)) in answers {
            if problem {
                is_problem(status, &kind, &body, expected);
            } else {
                assert_eq!(
                    (status, kind.as_str()),
                    (expected, "text/html; charset=utf-8"),
                    "{body}"
                );
                assert!(body.contains("<h1>"), "{body}");
            }
        }
    }
    let (status, kind, body) = asked(&url, "GET", "/api/v1/bare.json", &[], b"");
    is_problem(status, &kind, &body, 404);
    // No address at all, in bytes that are none.
    for path in ["/api/%ff", "/api/v1/venues/%ff%fe/plan", "/api/v1/shipments/%00"] {
        let (status, kind, body) = asked(&world.url, "GET", path, &[], b"");
        assert!(
            kind == "application/problem+json" && (400..500).contains(&status),
            "{path}: {status} {kind} {body}"
        );
    }
}

#[on_both_engines]
fn feeds_open_data_and_records_of_persons_refuse_in_their_own_kind(world: &World) {
    let venue = world.minato();
    let unknown = "0".repeat(64);
    for (path, kind) in [
        (format!("/feeds/{unknown}/calendar.ics"), "text/plain; charset=utf-8"),
        ("/status/delivery/data.csv".to_string(), "text/plain; charset=utf-8"),
        ("/open-data/v1/nothing.json".to_string(), "application/problem+json"),
        ("/open-data/v1/nothing.csv".to_string(), "text/plain; charset=utf-8"),
    ] {
        let (status, said, body) = asked(&world.url, "GET", &path, &[], b"");
        assert_eq!((status, said.as_str()), (404, kind), "{path}: {body}");
        assert!(body.contains("お探しのページは見つかりません"), "{body}");
        let (status, said, _) = asked(&world.url, "GET", &path, &[BROWSER], b"");
        assert_eq!((status, said.as_str()), (404, "text/html; charset=utf-8"), "{path}");
    }
    // What is there has its own kind.
    for (path, kind) in [
        ("/calendar.ics", "text/calendar"),
        ("/open-data/v1/venues.json", "application/json"),
        ("/open-data/v1/venues.csv", "text/csv"),
        ("/api/v1/openapi.json", "application/json"),
    ] {
        let (status, said, _) = asked(&world.url, "GET", path, &[], b"");
        assert!(status == 200 && said.starts_with(kind), "{path}: {status} {said}");
    }
    // Somebody signed in to whom it isn't shown.
    let ito = world.persona("ito@touto-oroshi.example");
    for path in [
        format!("/venues/{venue}/persons/bundle.json"),
        format!("/venues/{venue}/results/list.csv"),
        "/venues/v-none/deliveries.ics".to_string(),
    ] {
        let page = ito.open(&path);
        assert!(
            matches!(page.status, 403 | 404) && !page.mime.starts_with("text/html"),
            "{path}: {} {}",
            page.status,
            page.mime
        );
    }
}
