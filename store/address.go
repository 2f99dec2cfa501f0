package store

import "pregon/store/phone"

// Address is what a contact is reached by, as people write it: the number, else WhatsApp's id where it tells no number.
// It is not safe to draw.
func (c Contact) Address() string { return address(c.Phone, c.UserID) }

// Address is that of the person, as [Contact.Address].
func (d Delivery) Address() string { return address(d.Phone, d.UserID) }

// Address is that of the person, as [Contact.Address].
func (c ReviewCase) Address() string { return address(c.Phone, c.UserID) }

func address(number phone.E164, userID string) string {
	if number == "" {
		return userID
	}
	return number.International()
}
