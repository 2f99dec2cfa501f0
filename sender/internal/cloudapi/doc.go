// Package cloudapi is the one client of WhatsApp's Cloud API. It reads
// templates, the number and the account, and it sends a template to whom a
// store.Claim names: nothing here takes a phone number.
//
// It reports facts and what they call for (Action); retrying, waiting and
// stopping are the sender's. Facts about the API come from the pages of
// developers.facebook.com/docs/whatsapp, as read in October 2026.
package cloudapi
