package intake_test

import (
	"errors"
	"strings"
	"testing"

	"pregon/store/intake"
)

func TestAFileOfWhatsAppsIDsNeedsNoColumnOfNumbers(t *testing.T) {
	t.Parallel()
	const id = "CA.20417763359018846152"
	for _, test := range []struct {
		name, file string
		mapped     map[string]string
	}{
		{"by its header", "user_id,name\n" + id + ",Ana\n", nil},
		{"alone", "BSUID\n" + id + "\n", nil},
		{"said by whoever brings it", "Kennung,name\n" + id + ",Ana\n", map[string]string{"user_id": "Kennung"}},
		{"by its place", id + ",Ana\n", map[string]string{"user_id": "#1"}},
		{"among the numbers", "WhatsApp,name\n" + id + ",Ana\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if row := one(t, test.file, intake.Options{Map: test.mapped}); row.UserID != id || len(row.Phones) != 0 {
				t.Errorf("read %q with the numbers %v", row.UserID, row.Phones)
			}
		})
	}
}

// Most programs number their users: such a column is no way to reach anybody.
func TestAnotherProgramsUserIDIsNoWhatsAppsID(t *testing.T) {
	t.Parallel()
	row := one(t, "user_id,phone\n4711,+16045550101\n", intake.Options{})
	if row.UserID != "" || row.Fields["user_id"] != "4711" || len(row.Phones) != 1 {
		t.Errorf("read %+v", row)
	}
	_, err := intake.Open(strings.NewReader("user_id,name\n4711,Ana\n"), intake.Options{})
	if _, ok := errors.AsType[*intake.HeaderError](err); !ok {
		t.Errorf("got %v", err)
	}
}

func TestAFileOfIDsWithoutNamesOfColumnsIsAskedAbout(t *testing.T) {
	t.Parallel()
	_, err := intake.Open(strings.NewReader("CA.1,Ana\nCA.2,Bea\n"), intake.Options{})
	header, ok := errors.AsType[*intake.HeaderError](err)
	if !ok || !header.NoNames || len(header.Header) != 2 {
		t.Errorf("got %v, %+v", err, header)
	}
}
