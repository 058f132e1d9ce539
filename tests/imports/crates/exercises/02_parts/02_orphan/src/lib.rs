// Delete what is not allowed.
pub struct Mine;

impl PartialEq for u32 {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
