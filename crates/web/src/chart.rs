//! Charts as SVG that stands in the page: no script, no style attribute, every number also as text,
//! and always a table beside it. `role=img` with a title that says the finding; colours come from
//! the style sheet by class, patterns never by colour alone.

use std::fmt::Write;

use rules::application::commas;

/// Text inside an SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn svg(width: i64, height: i64, finding: &str, body: &str) -> String {
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{0}\"><title>{0}</title>{body}</svg>",
        escaped(finding)
    )
}

/// Upright bars with their number above and their label below.
pub fn columns(finding: &str, bars: &[(String, i64)]) -> String {
    let (width, height) = (640, 220);
    let most = bars.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let step = width / bars.len().max(1) as i64;
    let mut body = String::new();
    for (i, (label, n)) in bars.iter().enumerate() {
        let (x, tall) = (i as i64 * step, n * 150 / most);
        // Writing into a text can't fail.
        let _ = write!(
            body,
            "<rect class=\"c0\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{tall}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text><text x=\"{}\" y=\"200\" text-anchor=\"middle\">{}</text>",
            x + 4,
            180 - tall,
            step - 8,
            x + step / 2,
            172 - tall,
            commas(*n),
            x + step / 2,
            escaped(label)
        );
    }
    let _ = write!(body, "<path class=\"axis\" d=\"M0 180h{width}\"/>");
    svg(width, height, finding, &body)
}

/// Lying bars, one below the other, with label and number; a second value draws a thinner bar
/// inside.
pub fn bars(finding: &str, rows: &[(String, Vec<i64>)], unit: &str) -> String {
    let most = rows.iter().flat_map(|(_, values)| values).copied().max().unwrap_or(0).max(1);
    let lines = rows.iter().map(|(_, values)| values.len().max(1) as i64).max().unwrap_or(1);
    let tall = 22 * lines + 12;
    let mut body = String::new();
    for (i, (label, values)) in rows.iter().enumerate() {
        let y = i as i64 * tall;
        let _ = write!(body, "<text x=\"0\" y=\"{}\">{}</text>", y + 18, escaped(label));
        for (k, n) in values.iter().enumerate() {
            let (top, long) = (y + 4 + k as i64 * 22, (n.max(&0) * 320) / most);
            let _ = write!(
                body,
                "<rect class=\"c{k}\" x=\"170\" y=\"{top}\" width=\"{long}\" height=\"18\"/><text x=\"{}\" y=\"{}\">{}{}</text>",
                176 + long,
                top + 14,
                commas(*n),
                escaped(unit)
            );
        }
    }
    svg(640, (tall * rows.len() as i64).max(tall), finding, &body)
}

/// Lines over a few steps; every line ends with its name, each with a dash of its own.
pub fn lines(finding: &str, steps: &[String], series: &[(String, Vec<i64>)]) -> String {
    let most = series.iter().flat_map(|(_, values)| values).copied().max().unwrap_or(0).max(1);
    let x = |i: usize| 40 + (i as i64 * 440) / (steps.len().max(2) as i64 - 1);
    let y = |n: i64| 180 - n * 150 / most;
    let mut body = format!(
        "<path class=\"axis\" d=\"M40 180h440M40 30v150\"/><text x=\"0\" y=\"34\">{}</text><text x=\"20\" y=\"184\">0</text>",
        commas(most)
    );
    let every = steps.len().div_ceil(6).max(1);
    for (i, step) in steps.iter().enumerate().step_by(every) {
        let _ = write!(
            body,
            "<text x=\"{}\" y=\"204\" text-anchor=\"middle\">{}</text>",
            x(i),
            escaped(step)
        );
    }
    for (k, (name, values)) in series.iter().enumerate() {
        let points: Vec<String> =
            values.iter().enumerate().map(|(i, n)| format!("{},{}", x(i), y(*n))).collect();
        let _ = write!(body, "<polyline class=\"l{k}\" points=\"{}\"/>", points.join(" "));
        if let Some((i, last)) = values.iter().enumerate().next_back() {
            let _ = write!(
                body,
                "<text x=\"{}\" y=\"{}\">{} {}</text>",
                x(i) + 8,
                y(*last) + 4 + 14 * k as i64,
                escaped(name),
                commas(*last)
            );
        }
    }
    svg(640, 220, finding, &body)
}

/// Where each prefecture stands in the tile map of our own: code, column, row.
const TILES: [(&str, i64, i64); 47] = [
    ("01", 12, 0),
    ("02", 12, 2),
    ("05", 11, 3),
    ("03", 12, 3),
    ("06", 11, 4),
    ("04", 12, 4),
    ("17", 8, 5),
    ("16", 9, 5),
    ("15", 10, 5),
    ("07", 11, 5),
    ("18", 7, 6),
    ("21", 8, 6),
    ("20", 9, 6),
    ("10", 10, 6),
    ("09", 11, 6),
    ("08", 12, 6),
    ("32", 3, 6),
    ("31", 4, 6),
    ("28", 5, 7),
    ("26", 6, 6),
    ("25", 7, 7),
    ("23", 8, 7),
    ("19", 9, 7),
    ("11", 10, 7),
    ("13", 11, 7),
    ("12", 12, 7),
    ("35", 2, 7),
    ("34", 3, 7),
    ("33", 4, 7),
    ("27", 6, 7),
    ("29", 7, 8),
    ("24", 8, 8),
    ("22", 9, 8),
    ("14", 10, 8),
    ("30", 6, 8),
    ("38", 3, 9),
    ("37", 4, 9),
    ("39", 3, 10),
    ("36", 4, 10),
    ("40", 1, 8),
    ("41", 0, 8),
    ("42", 0, 9),
    ("44", 2, 9),
    ("43", 1, 9),
    ("45", 2, 10),
    ("46", 1, 10),
    ("47", 0, 11),
];

/// The 47 prefectures as tiles: name and value in each, darker where `percent` (0–100) is larger.
pub fn tiles(finding: &str, values: &[(String, String, Option<i64>, String)]) -> String {
    let mut body = String::new();
    for (code, column, row) in TILES {
        let (x, y) = (column * 60, row * 44);
        let found = values.iter().find(|(c, ..)| c == code);
        let class = found
            .and_then(|(_, _, percent, _)| *percent)
            .map_or("q".to_string(), |p| format!("q{}", (p.clamp(0, 100) / 20).min(4)));
        let (name, text) =
            found.map_or(("", "－"), |(_, name, _, text)| (name.as_str(), text.as_str()));
        let short = name.trim_end_matches(['都', '府', '県']);
        let short = if name == "京都府" { "京都" } else { short };
        let _ = write!(
            body,
            "<g class=\"{class}\"><rect x=\"{x}\" y=\"{y}\" width=\"58\" height=\"42\"/><text x=\"{0}\" y=\"{1}\" text-anchor=\"middle\">{2}</text><text x=\"{0}\" y=\"{3}\" text-anchor=\"middle\">{4}</text></g>",
            x + 29,
            y + 17,
            escaped(short),
            y + 34,
            escaped(text)
        );
    }
    // On a phone the tiles stay as large as their names: the map is moved, not shrunk.
    let map = svg(782, 528, finding, &body).replacen("\"chart\"", "\"chart map\"", 1);
    let name = escaped(finding);
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{name}\">{map}</div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefecture_has_a_tile_of_its_own_and_charts_are_small_and_escaped() {
        let mut places: Vec<_> = TILES.iter().map(|(_, x, y)| (x, y)).collect();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), 47);
        let mut codes: Vec<_> =
            TILES.iter().map(|(code, ..)| code.parse::<u32>().unwrap()).collect();
        codes.sort();
        assert_eq!(codes, (1..=47).collect::<Vec<_>>());
        let values: Vec<_> = (1..=47)
            .map(|n| {
                (format!("{n:02}"), "神奈川県".to_string(), Some(n * 2), format!("{}%", n * 2))
            })
            .collect();
        let map = tiles("<全国>", &values);
        assert!(
            map.len() < 12_000 && map.contains("&lt;全国&gt;") && !map.contains("style="),
            "{}",
            map.len()
        );
    }
}
