//! What users of this crate rely on and no signature says. If it changes, this file should not compile.
//!
//! Not a test: whoever builds the crate builds this, and nothing is left of it in the program.

use std::error::Error;

use crate::{BadName, Handle, Scope};

const _: () = {
    const fn goes_anywhere<T: Clone + Send + Sync + 'static>() {}
    goes_anywhere::<Handle>();
};

const _: () = {
    const fn goes_up<E: Error + Send + Sync + 'static>() {}
    goes_up::<BadName>();
};

const _: fn() = || {
    trait AmbiguousIfSend<A> {
        fn stays() {}
    }
    struct SendToo;
    impl<T: ?Sized> AmbiguousIfSend<()> for T {}
    impl<T: ?Sized + Send> AmbiguousIfSend<SendToo> for T {}

    <Scope<'static> as AmbiguousIfSend<_>>::stays();
};
