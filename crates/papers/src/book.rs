//! The layout: texts in their boxes, tables, signs; pages that turn by themselves.

use krilla::geom::{Path, PathBuilder, Rect};

use crate::Fault;
use crate::font::{Look, Piece, pieces};
use crate::lines::{self, SMALLEST};
use crate::write::{self, Branch, Kind, MM, Op, Placed, Record};

/// Where a page's text ends, in millimetres from the top.
pub(crate) const BOTTOM: f32 = 278.0;
/// Baselines of what stands below: the paper's own foot, the note about boxes, the page's number.
pub(crate) const FOOT: f32 = 284.0;
const NOTE: f32 = 288.2;
const NUMBER: f32 = 292.2;
/// Lines of a text without a box of its own; more than that is nobody's name or address.
const MOST_LINES: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
}

#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Points; at least [`SMALLEST`].
    pub size: f32,
    pub bold: bool,
    pub align: Align,
    /// Kept on one line.
    pub figure: bool,
}

impl Style {
    pub const fn new(size: f32) -> Style {
        Style { size, bold: false, align: Align::Left, figure: false }
    }
    pub const fn bold(self) -> Style {
        Style { bold: true, ..self }
    }
    pub const fn align(self, align: Align) -> Style {
        Style { align, ..self }
    }
    /// A number: to the right, and never broken.
    pub const fn figure(self) -> Style {
        Style { align: Align::Right, figure: true, ..self }
    }
}

/// What a text is, for readers that can't see the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    Title,
    Paragraph,
}

/// One cell of a table.
#[derive(Clone, Debug)]
pub struct Cell {
    pub text: String,
    pub style: Style,
    pub header: bool,
    /// Columns that it covers.
    pub span: usize,
    /// A box that is ticked or not, instead of a text.
    pub tick: Option<bool>,
}

impl Cell {
    pub fn new(text: impl Into<String>, style: Style) -> Cell {
        Cell { text: text.into(), style, header: false, span: 1, tick: None }
    }
    /// Shaded.
    pub fn header(text: impl Into<String>, style: Style) -> Cell {
        Cell { header: true, ..Cell::new(text, style) }
    }
    pub fn spanning(self, span: usize) -> Cell {
        Cell { span, ..self }
    }
    pub fn tick(on: bool) -> Cell {
        Cell { tick: Some(on), ..Cell::new("", Style::new(12.0)) }
    }
}

/// The shape of a table. Lengths in millimetres.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    pub x: f32,
    pub columns: &'a [f32],
    /// Of a row at least; rows grow with their texts.
    pub height: f32,
    /// What it is, for readers that can't see it.
    pub summary: &'a str,
    /// Rows that are repeated on the next page.
    pub head: usize,
    /// Rows at the end that aren't parted from what is above: sums.
    pub tail: usize,
}

impl<'a> Table<'a> {
    pub const fn new(x: f32, columns: &'a [f32], height: f32, summary: &'a str) -> Table<'a> {
        Table { x, columns, height, summary, head: 0, tail: 0 }
    }
}

/// A cell whose text has found its size and lines.
struct Fitted {
    cell: Cell,
    width: f32,
    size: f32,
    lines: Vec<Vec<Piece>>,
}

/// A row with its height.
struct Tall {
    cells: Vec<Fitted>,
    height: f32,
}

/// A file of A4 pages, upright. Lengths in millimetres from the top left.
pub struct Book {
    title: String,
    pages: Vec<Vec<Op>>,
    tree: Vec<Branch>,
    slots: usize,
    /// The first page of the paper that is being laid out.
    begun: usize,
    /// What stands at the top of its further pages.
    continued: String,
    fault: Option<Fault>,
}

/// From baseline to baseline of a wrapped text, millimetres.
pub(crate) const fn leading(size: f32) -> f32 {
    size * 1.3 / MM
}

fn paragraphs(text: &str, bold: bool) -> Vec<Vec<Piece>> {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}', '\u{85}'], "\n");
    text.split('\n').map(|line| pieces(line, bold)).filter(|p| !p.is_empty()).collect()
}

fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x * MM, y * MM, width * MM, height * MM)?);
    path.finish()
}

impl Book {
    pub fn new(title: &str) -> Book {
        Book {
            title: title.to_string(),
            pages: Vec::new(),
            tree: Vec::new(),
            slots: 0,
            begun: 0,
            continued: String::new(),
            fault: None,
        }
    }

    /// Begins a paper on a new page; `continued` names it on its further pages.
    pub fn begin(&mut self, continued: &str) {
        self.close();
        self.begun = self.pages.len();
        self.continued = continued.to_string();
        self.pages.push(Vec::new());
    }

    /// Goes on on a new page; returns where its text begins.
    pub fn turn(&mut self) -> f32 {
        self.pages.push(Vec::new());
        let name = format!("{}（続き）", self.continued);
        self.aside(20.0, 18.0, 170.0, &name, Style::new(9.0));
        26.0
    }

    /// Where a block of this height can begin: here, or on a new page.
    pub fn room(&mut self, y: f32, height: f32) -> f32 {
        if y + height > BOTTOM { self.turn() } else { y }
    }

    /// Numbers the pages of the paper, and says what the empty boxes on them are.
    fn close(&mut self) {
        let count = self.pages.len() - self.begun;
        for n in 0..count {
            let at = self.begun + n;
            let holes = self.holes(at);
            if holes > 0 {
                let note = format!(
                    "□は、印刷できない文字です（{holes}か所）。正しい文字を手書きしてください。"
                );
                let placed =
                    self.line(at, 20.0, NOTE, 170.0, pieces(&note, false), Style::new(8.0), 8.0);
                let slot = self.slot();
                self.put_at(at, Op::Text(placed, Some(slot)));
                self.tree.push(Branch::Group(Kind::Paragraph, vec![Branch::Ink(slot)]));
            }
            if count > 1 {
                let number = format!("{}/{count}", n + 1);
                let placed = self.line(
                    at,
                    20.0,
                    NUMBER,
                    170.0,
                    pieces(&number, false),
                    Style::new(8.0).align(Align::Center),
                    8.0,
                );
                self.put_at(at, Op::Text(placed, None));
            }
        }
    }

    fn holes(&self, page: usize) -> usize {
        let texts = self.pages[page].iter().filter_map(|op| {
            if let Op::Text(placed, _) = op { Some(&placed.pieces) } else { None }
        });
        texts.flatten().filter(|p| p.look == Look::Missing).count()
    }

    /// The file's bytes and the record of its layout; the same pages give the same bytes.
    ///
    /// # Errors
    /// A text that fits nowhere, or what the PDF writer says.
    pub fn finish(mut self) -> Result<(Vec<u8>, Record), Fault> {
        self.close();
        match self.fault {
            Some(fault) => Err(fault),
            None => write::file(&self.title, self.pages, &self.tree, self.slots),
        }
    }

    fn slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    fn put_at(&mut self, page: usize, op: Op) {
        if let Some(page) = self.pages.get_mut(page) {
            page.push(op);
        }
    }

    fn put(&mut self, op: Op) {
        self.put_at(self.pages.len().saturating_sub(1), op);
    }

    /// Says that a text fits nowhere; there will be no file.
    pub(crate) fn refuse(&mut self, text: &str) {
        let mut short: String = text.chars().take(24).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        self.fault.get_or_insert(Fault::TooLong(short));
    }

    /// A line at its place; its box is the line's own until somebody says otherwise.
    #[allow(clippy::too_many_arguments)]
    fn line(
        &self,
        page: usize,
        x: f32,
        baseline: f32,
        width: f32,
        pieces: Vec<Piece>,
        style: Style,
        size: f32,
    ) -> Placed {
        let own = lines::wide(&pieces) * size / MM;
        let left = match style.align {
            Align::Left => x,
            Align::Center => x + (width - own) / 2.0,
            Align::Right => x + width - own,
        };
        let frame = [x, baseline - size * 0.9 / MM, x + width, baseline + size * 0.2 / MM];
        Placed { page, x: left, baseline, width: own, size, bold: style.bold, frame, pieces }
    }

    /// Lines one below the other; returns their places in the structure.
    fn stack(
        &mut self,
        x: f32,
        baseline: f32,
        width: f32,
        lines: Vec<Vec<Piece>>,
        style: Style,
        size: f32,
        step: f32,
    ) -> Vec<Branch> {
        let (page, bottom) = (
            self.pages.len().saturating_sub(1),
            baseline + step * lines.len().saturating_sub(1) as f32,
        );
        let mut inks = Vec::new();
        for (i, line) in lines.into_iter().enumerate() {
            let mut placed =
                self.line(page, x, baseline + step * i as f32, width, line, style, size);
            placed.frame = [x, baseline - size * 0.9 / MM, x + width, bottom + size * 0.2 / MM];
            let slot = self.slot();
            self.put(Op::Text(placed, Some(slot)));
            inks.push(Branch::Ink(slot));
        }
        inks
    }

    /// Text that isn't content: heads of further pages.
    fn aside(&mut self, x: f32, baseline: f32, width: f32, text: &str, style: Style) {
        let Some((size, lines)) =
            lines::fitted(&paragraphs(text, style.bold), style.size, width * MM, |_| 1)
        else {
            return;
        };
        for line in lines {
            let placed = self.line(
                self.pages.len().saturating_sub(1),
                x,
                baseline,
                width,
                line,
                style,
                size,
            );
            self.put(Op::Text(placed, None));
        }
    }

    /// Text inside `width`, on as many lines as it needs; returns the last line's baseline.
    pub fn text(
        &mut self,
        x: f32,
        baseline: f32,
        width: f32,
        text: &str,
        style: Style,
        means: Means,
    ) -> f32 {
        self.within(x, baseline, width, MOST_LINES, text, style, means)
    }

    /// Text as [`Book::text`], but on a new page where it wouldn't end on this one.
    pub fn next(
        &mut self,
        x: f32,
        baseline: f32,
        width: f32,
        text: &str,
        style: Style,
        means: Means,
    ) -> f32 {
        let more = leading(style.size) * self.lines(width, text, style).saturating_sub(1) as f32;
        let baseline = if baseline + more > BOTTOM { self.turn() } else { baseline };
        self.text(x, baseline, width, text, style, means)
    }

    /// Text on at most so many lines of its own size; longer ones get smaller, to no less than 8
    /// points. Returns the last line's baseline.
    #[allow(clippy::too_many_arguments)]
    pub fn within(
        &mut self,
        x: f32,
        baseline: f32,
        width: f32,
        most: usize,
        text: &str,
        style: Style,
        means: Means,
    ) -> f32 {
        let cut = paragraphs(text, style.bold);
        if cut.is_empty() {
            return baseline;
        }
        let height = most as f32 * style.size;
        let holds = |size: f32| if style.figure { 1 } else { (height / size + 0.01) as usize };
        let Some((size, lines)) = lines::fitted(&cut, style.size, width * MM, holds) else {
            self.refuse(text);
            return baseline;
        };
        let step = leading(size);
        let last = baseline + step * lines.len().saturating_sub(1) as f32;
        if last > NUMBER {
            self.refuse(text);
        }
        let inks = self.stack(x, baseline, width, lines, style, size, step);
        let kind = match means {
            Means::Title => Kind::Title(text.to_string()),
            Means::Paragraph => Kind::Paragraph,
        };
        self.tree.push(Branch::Group(kind, inks));
        last
    }

    /// Running text; turns the page where it must. Returns the baseline after the last line.
    pub fn paragraph(
        &mut self,
        x: f32,
        baseline: f32,
        width: f32,
        text: &str,
        style: Style,
    ) -> f32 {
        let step = style.size * 1.7 / MM;
        let (mut y, mut inks) = (baseline, Vec::new());
        for cut in paragraphs(text, style.bold) {
            for line in lines::broken(&cut, width * MM / style.size) {
                if y > BOTTOM {
                    y = self.turn() + step;
                }
                inks.extend(self.stack(
                    x,
                    y,
                    width,
                    vec![cut[line].to_vec()],
                    style,
                    style.size,
                    step,
                ));
                y += step;
            }
        }
        self.tree.push(Branch::Group(Kind::Paragraph, inks));
        y
    }

    fn stroke_path(&mut self, path: Option<Path>, points: f32) {
        if let Some(path) = path {
            self.put(Op::Path { path, fill: None, stroke: Some(points) });
        }
    }

    fn fill_path(&mut self, path: Option<Path>, grey: u8) {
        if let Some(path) = path {
            self.put(Op::Path { path, fill: Some(grey), stroke: None });
        }
    }

    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, points: f32) {
        self.stroke_path(rectangle(x, y, width, height), points);
    }

    pub fn shade(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.fill_path(rectangle(x, y, width, height), 235);
    }

    /// A circle, such as the place of a seal.
    pub fn circle(&mut self, x: f32, y: f32, radius: f32, points: f32) {
        const K: f32 = 0.552_284_8;
        let (x, y, r) = (x * MM, y * MM, radius * MM);
        let k = r * K;
        let mut path = PathBuilder::new();
        path.move_to(x + r, y);
        path.cubic_to(x + r, y + k, x + k, y + r, x, y + r);
        path.cubic_to(x - k, y + r, x - r, y + k, x - r, y);
        path.cubic_to(x - r, y - k, x - k, y - r, x, y - r);
        path.cubic_to(x + k, y - r, x + r, y - k, x + r, y);
        path.close();
        self.stroke_path(path.finish(), points);
    }

    /// A QR code (model 2) inside a square of `side` millimetres; the address that it holds stands
    /// in the text beside it.
    pub fn qr(&mut self, x: f32, y: f32, side: f32, text: &str) {
        let Ok(code) = qrcode::QrCode::new(text.as_bytes()) else { return };
        let width = code.width();
        let cell = side / (width as f32 + 8.0);
        let mut path = PathBuilder::new();
        for (at, colour) in code.to_colors().into_iter().enumerate() {
            if colour == qrcode::Color::Dark {
                let (column, row) = ((at % width) as f32 + 4.0, (at / width) as f32 + 4.0);
                if let Some(rect) = Rect::from_xywh(
                    (x + column * cell) * MM,
                    (y + row * cell) * MM,
                    cell * MM,
                    cell * MM,
                ) {
                    path.push_rect(rect);
                }
            }
        }
        self.fill_path(path.finish(), 0);
    }

    /// A box, ticked or not, around its middle. The tick is drawn, so that no font can lack it;
    /// read or copied, the two are ☑.
    fn tick(&mut self, x: f32, y: f32, frame: [f32; 4], on: bool) -> Branch {
        const SIZE: f32 = 14.0;
        let style = Style::new(SIZE).align(Align::Center);
        let page = self.pages.len().saturating_sub(1);
        let mut around =
            self.line(page, x - 5.0, y + SIZE * 0.37 / MM, 10.0, pieces("□", false), style, SIZE);
        around.frame = frame;
        let mut path = PathBuilder::new();
        if on {
            path.move_to((x - 1.1) * MM, (y + 0.1) * MM);
            path.line_to((x - 0.3) * MM, (y + 1.0) * MM);
            path.line_to((x + 1.5) * MM, (y - 1.5) * MM);
        }
        let slot = self.slot();
        self.put(Op::Sign {
            around, path: path.finish(), means: if on { "☑" } else { "□" }, slot
        });
        Branch::Ink(slot)
    }

    fn tall(&mut self, table: &Table<'_>, row: Vec<Cell>) -> Tall {
        let (mut at, mut height, mut cells) = (0, table.height, Vec::new());
        for cell in row {
            let end = (at + cell.span).min(table.columns.len());
            let width: f32 = table.columns[at.min(end)..end].iter().sum();
            at = end;
            let most = |size: f32| match (cell.style.figure, size > SMALLEST) {
                (true, _) => 1,
                (false, true) => 3,
                (false, false) => MOST_LINES,
            };
            let cut = paragraphs(&cell.text, cell.style.bold);
            let found = if cut.is_empty() {
                Some((cell.style.size, Vec::new()))
            } else {
                lines::fitted(&cut, cell.style.size, (width - 3.0) * MM, most)
            };
            if found.is_none() {
                self.refuse(&cell.text);
            }
            let (size, lines) = found.unwrap_or((SMALLEST, Vec::new()));
            if lines.len() > 1 {
                height = height.max(leading(size) * lines.len() as f32 + 1.6);
            }
            cells.push(Fitted { cell, width, size, lines });
        }
        Tall { cells, height }
    }

    fn row(&mut self, x: f32, top: f32, row: &Tall, content: bool) -> Branch {
        let (mut left, mut tr) = (x, Vec::new());
        for Fitted { cell, width, size, lines } in &row.cells {
            if cell.header {
                self.shade(left, top, *width, row.height);
            }
            self.frame(left, top, *width, row.height, 0.5);
            let step = leading(*size);
            let first = top + row.height / 2.0 + size * 0.36 / MM
                - step * lines.len().saturating_sub(1) as f32 / 2.0;
            let mut inside = Vec::new();
            for (i, line) in lines.iter().enumerate() {
                let page = self.pages.len().saturating_sub(1);
                let mut placed = self.line(
                    page,
                    left + 1.5,
                    first + step * i as f32,
                    width - 3.0,
                    line.clone(),
                    cell.style,
                    *size,
                );
                placed.frame = [left, top, left + width, top + row.height];
                let slot = content.then(|| self.slot());
                inside.extend(slot.map(Branch::Ink));
                self.put(Op::Text(placed, slot));
            }
            if let Some(on) = cell.tick {
                let frame = [left, top, left + width, top + row.height];
                inside.push(self.tick(left + width / 2.0, top + row.height / 2.0, frame, on));
            }
            tr.push(Branch::Group(if cell.header { Kind::Head } else { Kind::Data }, inside));
            left += width;
        }
        Branch::Group(Kind::Row, tr)
    }

    /// A table with ruled cells. Rows grow with their texts; where the page ends it goes on on the
    /// next one under its head. Returns the y of its lower edge.
    pub fn table(&mut self, y: f32, table: Table<'_>, rows: Vec<Vec<Cell>>) -> f32 {
        let rows: Vec<Tall> = rows.into_iter().map(|row| self.tall(&table, row)).collect();
        let (head, tail) = (table.head.min(rows.len()), table.tail.min(rows.len()));
        let (mut top, mut tree) = (y, Vec::new());
        for (i, row) in rows.iter().enumerate() {
            // The head stays with the first row, the last ones with the one before.
            let together = if i < head {
                (head + 1).min(rows.len())
            } else if i + tail + 1 >= rows.len() {
                rows.len()
            } else {
                i + 1
            };
            let needed: f32 = rows[i..together.max(i + 1)].iter().map(|r| r.height).sum();
            let begins = i == 0 || i >= head;
            if begins && top + needed > BOTTOM && (i > 0 || y > 40.0) {
                top = self.turn();
                if i >= head {
                    for again in &rows[..head] {
                        self.row(table.x, top, again, false);
                        top += again.height;
                    }
                }
            }
            if top + row.height > FOOT {
                let text = row
                    .cells
                    .iter()
                    .max_by_key(|c| c.lines.len())
                    .map(|c| c.cell.text.clone())
                    .unwrap_or_default();
                self.refuse(&text);
            }
            let branch = self.row(table.x, top, row, true);
            tree.push(branch);
            top += row.height;
        }
        self.tree.push(Branch::Group(Kind::Table(table.summary.to_string()), tree));
        top
    }

    /// How high a table will be, in millimetres.
    pub fn measure(&mut self, table: &Table<'_>, rows: &[Vec<Cell>]) -> f32 {
        rows.iter().map(|row| self.tall(table, row.clone()).height).sum()
    }

    /// Lines that a text takes inside `width` millimetres.
    pub fn lines(&self, width: f32, text: &str, style: Style) -> usize {
        let found =
            lines::fitted(&paragraphs(text, style.bold), style.size, width * MM, |_| MOST_LINES);
        found.map_or(MOST_LINES, |(_, lines)| lines.len())
    }
}
