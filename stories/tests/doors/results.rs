//! Results, persons, stock and bookings: figures that run over several entries, and what people, files and scanners write there.

use scraper::{Html, Selector};
use stories::rich::{CLINIC, with_stock};
use stories::{Page, World, on_both_engines};

fn texts(element: &scraper::ElementRef<'_>, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    element.select(&selector).map(|cell| cell.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The rows of the table with this label, cell by cell.
#[track_caller]
fn table(page: &Page, label: &str) -> Vec<Vec<String>> {
    let html = Html::parse_document(&page.body);
    let region = Selector::parse(&format!("[aria-label=\"{label}\"]")).unwrap();
    let region = html.select(&region).next().unwrap_or_else(|| panic!("no table 「{label}」 on {}:\n{}", page.path, page.words()));
    let rows = Selector::parse("tbody tr").unwrap();
    region.select(&rows).map(|row| texts(&row, "th, td")).collect()
}

/// One column of a table, from above.
#[track_caller]
fn column(page: &Page, label: &str, at: usize) -> Vec<String> {
    table(page, label).iter().map(|row| row[at].clone()).collect()
}

on_both_engines! {
    fn totals_of_the_results_run_from_the_oldest_report(world) {
        let clinic = world.persona(CLINIC);
        let venue = with_stock(world, &clinic);
        let edit = format!("/venues/{venue}/results/edit");
        for (day, doses) in [("2022/2/18", "540"), ("2022/2/19", "55"), ("2022/2/20", "5")] {
            let page = clinic.open(&edit);
            clinic.press(&page, "接種実績を報告する", &[("as_of", day), ("booster_increase", doses), ("unused_vials_increase", "1"), ("waste_reason", "breakage"), ("waste_lot", "3005785")]).is(200);
        }
        let page = clinic.open(&edit);
        let asked = clinic.press(&page, "接種実績を報告する", &[("booster_increase", "−10"), ("reason", "数え間違い")]);
        clinic.press(&asked, "接種実績を報告する", &[("confirmed", "✓")]).is(200);
        let page = clinic.open(&format!("/venues/{venue}/results"));
        let rows: Vec<(String, String, String)> = table(&page, "報告の記録").into_iter().map(|r| (r[1].clone(), r[2].clone(), r[3].clone())).collect();
        let of = |label: &str| -> Vec<(&str, &str)> { rows.iter().filter(|r| r.0.starts_with(label)).map(|r| (r.1.as_str(), r.2.as_str())).collect() };
        assert_eq!(of("3回目接種実績"), [("−10 回", "590 回"), ("+5 回", "600 回"), ("+55 回", "595 回"), ("+540 回", "540 回")]);
        assert_eq!(of("未使用のまま廃棄"), [("+1 本", "3 本"), ("+1 本", "2 本"), ("+1 本", "1 本")]);
    }
}
