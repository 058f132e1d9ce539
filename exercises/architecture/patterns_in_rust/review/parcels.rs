//! What is in a parcel: things, and packs of things and packs. There are these two, and a third would be a change of
//! the customs form.

pub trait Item {
    fn accept(&self, visitor: &mut dyn Visitor);
}

pub trait Visitor {
    fn thing(&mut self, thing: &Thing);
    fn pack(&mut self, pack: &Pack);
}

pub struct Thing {
    pub name: String,
    pub grams: u32,
}

pub struct Pack {
    pub tare: u32,
    pub items: Vec<Box<dyn Item>>,
}

impl Item for Thing {
    fn accept(&self, visitor: &mut dyn Visitor) {
        visitor.thing(self);
    }
}

impl Item for Pack {
    fn accept(&self, visitor: &mut dyn Visitor) {
        visitor.pack(self);
    }
}

/// Adds up what an item weighs.
#[derive(Default)]
pub struct Weight {
    pub grams: u32,
}

impl Visitor for Weight {
    fn thing(&mut self, thing: &Thing) {
        self.grams += thing.grams;
    }

    fn pack(&mut self, pack: &Pack) {
        self.grams += pack.tare;
        for item in &pack.items {
            item.accept(self);
        }
    }
}
