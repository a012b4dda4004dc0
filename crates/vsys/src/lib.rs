//! The door: what the binary is put together from. Every route of the rooms and of the API, the
//! worker beside the server, the demo world.

pub mod demo_world;
#[cfg(test)]
mod tests;
pub mod worker;

use web::{Demo, Rooms, Route};

/// What the front asks of the rooms.
pub const ROOMS: Rooms = Rooms {
    routes,
    sign_in: pages::account::login_page,
    kept_form: work::account::kept_form,
    template: pages::template,
    templates: pages::templates,
    demo: Demo {
        personas: demo_world::personas,
        moments: demo_world::moments,
        password: demo_world::PASSWORD,
        turn: worker::turn,
    },
};

/// Every route of the product with the act that guards it.
pub fn routes() -> Vec<Route> {
    let own: Vec<Route> = pages::routes().into_iter().chain(api::routes()).collect();
    // What support sees when it looks through somebody's eyes.
    let viewed: Vec<Route> = own.iter().filter_map(Route::viewed).collect();
    own.into_iter().chain(viewed).collect()
}
