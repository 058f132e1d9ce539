//! What users of this crate rely on and no signature says. If it changes, this file should not compile.

use std::error::Error;

use crate::{BadName, Handle, Scope};

#[expect(dead_code, reason = "compiled, and never called")]
fn promises(handle: Handle, error: BadName) {
    fn shared(_: &(impl Send + Sync + 'static)) {}
    shared(&handle);
    let _boxed: Box<dyn Error + Send + Sync> = Box::new(error);
    fn cloned<T: Clone>(_: T) {}
    cloned(handle);
}

trait Either<A> {
    const HOLDS: () = ();
}
impl<T> Either<()> for T {}
impl<T: Send> Either<bool> for T {}

const _: () = <Scope<'static> as Either<_>>::HOLDS;
