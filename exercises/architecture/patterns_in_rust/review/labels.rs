//! Labels, and the orders that they are printed for.

/// The sides of a parcel, in millimetres. Any three will do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    pub length: u16,
    pub width: u16,
    pub height: u16,
}

#[derive(Default)]
pub struct SizeBuilder {
    size: Size,
}

impl SizeBuilder {
    pub fn length(mut self, length: u16) -> SizeBuilder {
        self.size.length = length;
        self
    }

    pub fn width(mut self, width: u16) -> SizeBuilder {
        self.size.width = width;
        self
    }

    pub fn height(mut self, height: u16) -> SizeBuilder {
        self.size.height = height;
        self
    }

    pub fn build(self) -> Size {
        self.size
    }
}

/// A label has an address, and perhaps a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    address: String,
    note: Option<String>,
}

#[derive(Default)]
pub struct LabelBuilder {
    address: Option<String>,
    note: Option<String>,
}

impl LabelBuilder {
    pub fn address(mut self, address: &str) -> LabelBuilder {
        self.address = Some(address.to_owned());
        self
    }

    pub fn note(mut self, note: &str) -> LabelBuilder {
        self.note = Some(note.to_owned());
        self
    }

    pub fn build(self) -> Label {
        Label {
            address: self.address.expect("a label needs an address"),
            note: self.note,
        }
    }
}

/// What is asked of the depot. Made by [`OrderBuilder`] alone, so it is one that the depot can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    parcels: u16,
    from_hour: u8,
    to_hour: u8,
    insured_cents: Option<u32>,
    cooled: bool,
}

/// An order for one parcel between 8 and 18 hours, as long as nothing else is said.
pub struct OrderBuilder {
    order: Order,
}

impl OrderBuilder {
    pub fn new(parcels: u16) -> OrderBuilder {
        OrderBuilder {
            order: Order {
                parcels,
                from_hour: 8,
                to_hour: 18,
                insured_cents: None,
                cooled: false,
            },
        }
    }

    pub fn between(mut self, from_hour: u8, to_hour: u8) -> OrderBuilder {
        self.order.from_hour = from_hour;
        self.order.to_hour = to_hour;
        self
    }

    pub fn insured(mut self, cents: u32) -> OrderBuilder {
        self.order.insured_cents = Some(cents);
        self
    }

    pub fn cooled(mut self) -> OrderBuilder {
        self.order.cooled = true;
        self
    }

    /// What is wrong can be wrong in combinations only, so it is checked when all is said.
    pub fn build(self) -> Result<Order, &'static str> {
        let Order {
            parcels,
            from_hour,
            to_hour,
            insured_cents,
            cooled,
        } = self.order;
        if parcels == 0 {
            Err("an order has parcels")
        } else if from_hour >= to_hour || to_hour > 24 {
            Err("the hours are none")
        } else if cooled && to_hour - from_hour > 4 {
            Err("cooled parcels are picked up within four hours")
        } else if insured_cents.is_some_and(|cents| cents > 500_000) && parcels > 1 {
            Err("above 5,000.00 each parcel has an order of its own")
        } else {
            Ok(self.order)
        }
    }
}
