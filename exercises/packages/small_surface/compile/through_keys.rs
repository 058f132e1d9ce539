//! Goes round the façade, by the path of a module.

fn main() {
    println!("{}", small_surface::keys::normalize(" Ada "));
}
