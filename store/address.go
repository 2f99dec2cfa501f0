package store

import (
	"strings"

	"pregon/store/phone"
)

// erasedID begins the id of who has left the file; see blankContact.
const erasedID = "erased-"

// Address is what a contact is reached by, as people write it: the number, else WhatsApp's id where it tells no number.
// Who has left the file is reached by nothing: for her it is the reader's word for that. It is not safe to draw.
func (c Contact) Address(erased string) string { return address(c.Phone, c.UserID, erased) }

// Address is that of the person, as [Contact.Address].
func (d Delivery) Address(erased string) string { return address(d.Phone, d.UserID, erased) }

// Address is that of the person, as [Contact.Address].
func (c ReviewCase) Address(erased string) string { return address(c.Phone, c.UserID, erased) }

func address(number phone.E164, userID, erased string) string {
	switch {
	case number != "":
		return number.International()
	case strings.HasPrefix(userID, erasedID):
		return erased
	}
	return userID
}
