// Delete what is not allowed.
pub struct Mine;
