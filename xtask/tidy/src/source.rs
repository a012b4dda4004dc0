//! What can be counted in one file.

use proc_macro2::TokenTree;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::{Found, Place};

fn add(found: &mut Found, rule: &'static str, file: &str, line: usize, what: impl Into<String>) {
    found.entry(rule).or_default().push(Place { file: file.into(), line, what: what.into() });
}

fn japanese_letter(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

fn japanese(text: &str) -> bool {
    text.chars().any(japanese_letter)
}

/// Whether a text is said to somebody: a sentence's end, a value among Japanese words, or more
/// letters in a row than a word that is read or a name has.
fn is_said(text: &str) -> bool {
    let runs = text.split(|c: char| !japanese_letter(c));
    let longest = runs.map(|run| run.chars().count()).max().unwrap_or(0);
    let polite = ["ください", "です", "ます", "ません", "ました"];
    text.contains('。')
        || longest >= 8
        || (japanese(text) && polite.iter().any(|end| text.ends_with(end)))
        || (japanese(text) && text.contains('{') && text.contains('}'))
}

/// A template: its lines.
pub fn template(file: &str, text: &str, found: &mut Found) {
    for (at, line) in text.lines().enumerate() {
        if line.chars().count() > 120 {
            add(
                found,
                "template_lines_over_120",
                file,
                at + 1,
                format!("{} letters", line.chars().count()),
            );
        }
        if japanese(line) {
            add(
                found,
                "sentences_in_templates",
                file,
                at + 1,
                line.trim().chars().take(60).collect::<String>(),
            );
        }
    }
}

/// A Rust file: its lines, and its items as the compiler's grammar has them.
///
/// # Errors
/// The file isn't Rust.
pub fn rust(file: &str, text: &str, found: &mut Found) -> Result<(), String> {
    let lines = text.lines().count();
    if lines > 400 {
        add(found, "files_over_400", file, 1, format!("{lines} lines"));
    }
    for (at, line) in text.lines().enumerate().filter(|(_, line)| line.chars().count() > 100) {
        add(
            found,
            "rust_lines_over_100",
            file,
            at + 1,
            format!("{} letters", line.chars().count()),
        );
    }
    for (at, line) in text.lines().enumerate() {
        if mails_by_itself(file, line) {
            add(found, "mail_sentences_outside_mails", file, at + 1, line.trim());
        }
    }
    let parsed = syn::parse_file(text).map_err(|e| format!("{file}: {e}"))?;
    let tests =
        file.contains("/tests/") || file.starts_with("stories") || file.ends_with("tests.rs");
    let own = file.starts_with("crates/");
    let mut reader = Reader { file, found, tests, own };
    reader.visit_file(&parsed);
    Ok(())
}

/// The one place that hands mails to the outbox.
const POST: &str = "crates/work/src/post.rs";

/// Whether a line of the product hands a mail to the outbox by itself. The ground owns the outbox.
fn mails_by_itself(file: &str, line: &str) -> bool {
    file.starts_with("crates/")
        && !file.starts_with("crates/platform/")
        && file != POST
        && line.contains("outbox::put")
}

/// Whether a literal is a mail that isn't written in its crate: a subject, which begins with what it
/// is about in 【】, or rows of the outbox, which benchmarks alone write raw.
fn mail_elsewhere(file: &str, text: &str) -> bool {
    let said = text.trim_start_matches(['r', '#', '"']).trim_start();
    let rows = || {
        let table = said.split("insert into mail").nth(1);
        table.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    !["crates/mails/", "crates/platform/"].iter().any(|own| file.starts_with(own))
        && (said.starts_with('【') || !file.contains("/bench/") && rows())
}

struct Reader<'f> {
    file: &'f str,
    found: &'f mut Found,
    /// Within tests, where Japanese is what is expected and nothing is public.
    tests: bool,
    /// A file of the product.
    own: bool,
}

impl Reader<'_> {
    /// A state that is compared with a text; what stands in other people's files is none of ours.
    fn state_as_text(&mut self, at: proc_macro2::Span) {
        let theirs = ["crates/rules", "crates/web/src/reading", "crates/vsys/src/bench"];
        if self.own && !self.tests && !theirs.iter().any(|own| self.file.starts_with(own)) {
            add(self.found, "states_as_text", self.file, at.start().line, "");
        }
    }
    fn function(&mut self, name: &syn::Ident, body: &syn::Block, whole: proc_macro2::Span) {
        // A table of sentences: one match, an arm each.
        let table = matches!(body.stmts[..], [syn::Stmt::Expr(syn::Expr::Match(_), None)]);
        if table && self.file.starts_with("crates/words/") {
            return;
        }
        let lines = whole.end().line - whole.start().line + 1;
        if lines > 70 {
            add(
                self.found,
                "functions_over_70",
                self.file,
                whole.start().line,
                format!("{name}: {lines} lines"),
            );
        }
    }
    fn public(
        &mut self,
        public: &syn::Visibility,
        attributes: &[syn::Attribute],
        name: &syn::Ident,
    ) {
        let told = attributes.iter().any(|a| a.path().is_ident("doc"));
        if self.own && !self.tests && matches!(public, syn::Visibility::Public(_)) && !told {
            add(
                self.found,
                "public_without_a_sentence",
                self.file,
                name.span().start().line,
                name.to_string(),
            );
        }
    }
    fn sentences(&mut self, tokens: proc_macro2::TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Literal(literal) => self.literal(&literal.to_string(), literal.span()),
                TokenTree::Group(group) if !is_docstring(&group) => self.sentences(group.stream()),
                _ => {}
            }
        }
    }
    fn literal(&mut self, text: &str, at: proc_macro2::Span) {
        // A vocabulary holds words that are read; nobody is told them.
        let exempt = self.tests
            || self.file.starts_with("crates/papers")
            || self.file.starts_with("crates/words")
            || self.file.contains("/demo_world/")
            || self.file.ends_with("/vocabulary.rs");
        if self.own && !self.tests && mail_elsewhere(self.file, text) {
            let what = text.chars().take(60).collect::<String>();
            add(self.found, "mail_sentences_outside_mails", self.file, at.start().line, what);
        }
        if self.file.starts_with("crates/rules/src") && !exempt && is_said(text) {
            let what: String = text.chars().take(60).collect();
            add(self.found, "sentences_in_rules", self.file, at.start().line, what);
        }
        if self.own && !exempt && japanese(text) {
            add(
                self.found,
                "sentences_in_source",
                self.file,
                at.start().line,
                text.chars().take(60).collect::<String>(),
            );
        }
    }
}

/// What a state is called where it was read from a row.
const STATES: [&str; 10] =
    ["status", "state", "review", "kind", "way", "band", "level", "role", "scope_kind", "series"];

/// Whether an expression is a state, be it as a text.
fn is_state(expr: &syn::Expr) -> bool {
    let named = |ident: &syn::Ident| STATES.iter().any(|name| ident == name);
    match expr {
        syn::Expr::Field(field) => match &field.member {
            syn::Member::Named(ident) => named(ident),
            syn::Member::Unnamed(_) => false,
        },
        syn::Expr::Path(path) => path.path.get_ident().is_some_and(named),
        syn::Expr::MethodCall(call) => {
            named(&call.method)
                || ["as_str", "as_deref", "key"].iter().any(|name| call.method == name)
                    && is_state(&call.receiver)
        }
        syn::Expr::Reference(inner) => is_state(&inner.expr),
        syn::Expr::Paren(inner) => is_state(&inner.expr),
        syn::Expr::Unary(inner) => is_state(&inner.expr),
        _ => false,
    }
}

fn is_text(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::Lit(lit) if matches!(lit.lit, syn::Lit::Str(_)))
}

/// Whether a pattern is a text, or one of several.
fn is_of_texts(pattern: &syn::Pat) -> bool {
    match pattern {
        syn::Pat::Lit(lit) => matches!(lit.lit, syn::Lit::Str(_)),
        syn::Pat::Or(all) => all.cases.iter().any(is_of_texts),
        _ => false,
    }
}

/// `kind == "…"` and `kind . as_str () == "…"` within the tokens of a macro: the names' spans.
fn compared(tokens: proc_macro2::TokenStream, found: &mut Vec<proc_macro2::Span>) {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    let sign = |at: usize, of: &[char]| match all.get(at) {
        Some(TokenTree::Punct(sign)) => of.contains(&sign.as_char()),
        _ => false,
    };
    let text = |at: usize| match all.get(at) {
        Some(TokenTree::Literal(literal)) => literal.to_string().starts_with('"'),
        _ => false,
    };
    for (at, token) in all.iter().enumerate() {
        match token {
            TokenTree::Group(group) => compared(group.stream(), found),
            TokenTree::Ident(ident) if STATES.iter().any(|name| ident == name) => {
                let as_text = sign(at + 1, &['.'])
                    && matches!(all.get(at + 2), Some(TokenTree::Ident(i)) if i == "as_str");
                let next = if as_text { at + 4 } else { at + 1 };
                let equal = sign(next, &['=', '!']) && sign(next + 1, &['=']) && text(next + 2);
                if equal || as_text && sign(next, &[',']) && text(next + 1) {
                    found.push(ident.span());
                }
            }
            _ => {}
        }
    }
}

/// `[doc = "…"]` within the tokens of a macro; a docstring is no sentence of the product.
fn is_docstring(group: &proc_macro2::Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == proc_macro2::Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(ident)) if ident == "doc")
}

fn only_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| match &a.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let before = self.tests;
        self.tests |= only_for_tests(&item.attrs);
        visit::visit_item_mod(self, item);
        self.tests = before;
    }
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig.ident, &item.block, item.span());
        self.public(&item.vis, &item.attrs, &item.sig.ident);
        visit::visit_item_fn(self, item);
    }
    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig.ident, &item.block, item.span());
        self.public(&item.vis, &item.attrs, &item.sig.ident);
        visit::visit_impl_item_fn(self, item);
    }
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.public(&item.vis, &item.attrs, &item.ident);
        visit::visit_item_struct(self, item);
    }
    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.public(&item.vis, &item.attrs, &item.ident);
        visit::visit_item_enum(self, item);
    }
    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.public(&item.vis, &item.attrs, &item.ident);
        visit::visit_item_const(self, item);
    }
    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.public(&item.vis, &item.attrs, &item.ident);
        visit::visit_item_trait(self, item);
    }
    fn visit_expr_binary(&mut self, item: &'ast syn::ExprBinary) {
        let equal = matches!(item.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_));
        let (left, right) = (&*item.left, &*item.right);
        if equal && (is_state(left) && is_text(right) || is_text(left) && is_state(right)) {
            self.state_as_text(item.span());
        }
        visit::visit_expr_binary(self, item);
    }
    fn visit_expr_match(&mut self, item: &'ast syn::ExprMatch) {
        if is_state(&item.expr) && item.arms.iter().any(|arm| is_of_texts(&arm.pat)) {
            self.state_as_text(item.span());
        }
        visit::visit_expr_match(self, item);
    }
    fn visit_attribute(&mut self, item: &'ast syn::Attribute) {
        // A refusal's sentence stands in its attribute; a docstring is no sentence of the product.
        if !item.path().is_ident("doc")
            && let syn::Meta::List(list) = &item.meta
        {
            self.sentences(list.tokens.clone());
        }
    }
    fn visit_lit_str(&mut self, item: &'ast syn::LitStr) {
        self.literal(&item.value(), item.span());
    }
    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let name = item.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let line = item.span().start().line;
        let below = ["crates/platform", "crates/masters", "crates/work"];
        let store = self.file.ends_with("/store.rs")
            || below.iter().any(|ground| self.file.starts_with(ground));
        let typed = ["crates/pages", "crates/api", "crates/masters", "crates/web"];
        let typed = typed.iter().any(|own| self.file.starts_with(own));
        if name == "json" && !self.tests && typed {
            add(self.found, "json_in_pages_and_work", self.file, line, "");
        }
        if name == "json" && !self.tests && self.file.starts_with("crates/work") {
            add(self.found, "json_in_work", self.file, line, "");
        }
        if name == "sql" && !self.tests && self.own && !store {
            add(self.found, "sql_outside_stores", self.file, line, "");
        }
        self.sentences(item.tokens.clone());
        let mut spans = Vec::new();
        compared(item.tokens.clone(), &mut spans);
        spans.into_iter().for_each(|span| self.state_as_text(span));
        visit::visit_macro(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many mails outside their door are found in a file with this function's body.
    fn mails(file: &str, body: &str) -> usize {
        let mut found = Found::new();
        rust(file, &format!("fn told() {{\n{body}\n}}\n"), &mut found).expect("it is Rust");
        found.get("mail_sentences_outside_mails").map_or(0, Vec::len)
    }

    #[test]
    fn a_mail_is_written_in_its_crate_and_handed_over_at_one_place() {
        let (work, post) = ("crates/work/src/plan/register.rs", "crates/work/src/post.rs");
        let subject = "let s = format!(\"【計画】登録しました（{}）\", name);";
        let put = "outbox::put_all(tx, now, mails)?;";
        let raw = "tx.run(sql!(\"insert into mail (id) values ($1)\"), args![id]);";
        for file in [work, post, "crates/vsys/src/worker.rs", "crates/vsys/src/serve.rs"] {
            assert_eq!((mails(file, subject), mails(file, raw)), (1, 1), "{file}");
        }
        assert_eq!((mails(work, put), mails(post, put)), (1, 0));
        assert_eq!(mails("crates/mails/src/plan.rs", subject), 0);
        assert_eq!(mails("crates/vsys/src/bench/raw.rs", raw), 0);
        // Nor is another table the outbox, or a bracket among others a subject.
        let others = "let s = (\"insert into mailbox (id)\", \"()【】\", '【');";
        assert_eq!(mails(work, others), 0);
        assert_eq!(mails("stories/tests/mail.rs", &format!("{subject}\n{put}\n{raw}")), 0);
    }
}
