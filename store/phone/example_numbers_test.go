package phone_test

import (
	"testing"

	"github.com/nyaruka/phonenumbers"

	"pregon/store/phone"
)

// example returns the number that the numbering plan of a region itself gives as
// its example, so that no test file holds a number somebody may own.
func example(t *testing.T, region string, kind phonenumbers.PhoneNumberType) phone.E164 {
	t.Helper()
	n := phonenumbers.GetExampleNumberForType(region, kind)
	if n == nil {
		t.Fatalf("no example of kind %d for %s", kind, region)
	}
	return phone.E164(phonenumbers.Format(n, phonenumbers.E164))
}
