// Package handout writes what a shop prints or hands over: the customer's receipt, the proof sheet of one person, the
// poster with the QR code by which customers join. It only shows what the store read; it asks for nothing and changes
// nothing. Every text from outside passes theme.Safe, and is escaped again for the page it lands on.
package handout
