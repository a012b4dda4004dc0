//! `#[on_both_engines]` before `fn story(world: &World)`: the function stays as it is written, and
//! a module of its name holds two tests that call it, `on_sqlite` and `on_postgresql`, each with a
//! world of its own.

use proc_macro::{TokenStream, TokenTree};

/// Two tests of one story; attributes that follow stay with the function.
#[proc_macro_attribute]
pub fn on_both_engines(_: TokenStream, story: TokenStream) -> TokenStream {
    let name = name_of(story.clone()).expect("`fn` and a name");
    let tests = format!(
        "mod {name} {{
            #[test] fn on_sqlite() {{ super::{name}(&stories::World::sqlite()); }}
            #[test] fn on_postgresql() {{ super::{name}(&stories::World::postgres()); }}
        }}"
    );
    let tests: TokenStream = tests.parse().expect("two tests");
    [story, tests].into_iter().collect()
}

fn name_of(story: TokenStream) -> Option<String> {
    let mut tokens = story.into_iter();
    tokens.find(|t| matches!(t, TokenTree::Ident(word) if word.to_string() == "fn"))?;
    tokens.next().map(|name| name.to_string())
}
