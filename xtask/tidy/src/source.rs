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
    let parsed = syn::parse_file(text).map_err(|e| format!("{file}: {e}"))?;
    let tests =
        file.contains("/tests/") || file.starts_with("stories") || file.ends_with("tests.rs");
    let own = file.starts_with("crates/");
    let mut reader = Reader { file, found, tests, own };
    reader.visit_file(&parsed);
    Ok(())
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
                TokenTree::Group(group) => self.sentences(group.stream()),
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
        let typed = ["crates/features", "crates/masters", "crates/web"];
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
        visit::visit_macro(self, item);
    }
}
