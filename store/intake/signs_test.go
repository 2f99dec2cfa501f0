package intake_test

import (
	"reflect"
	"testing"

	"pregon/store/intake"
)

func TestSignsOfABoughtList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		census intake.Census
		want   []intake.Sign
		bought bool
	}{
		{"a shop's own book", intake.Census{People: 2000, Unnamed: 40, Foreign: 90, Consecutive: 3, Unknown: 2000}, []intake.Sign{intake.SignManyUnknown}, false},
		{"a few numbers on a slip", intake.Census{People: 49, Unnamed: 49, Foreign: 49, Consecutive: 48, Unknown: 49}, nil, false},
		{"numbers copied without names", intake.Census{People: 300, Unnamed: 300, Unknown: 300}, []intake.Sign{intake.SignNoNames}, false},
		{"tourists of a border town", intake.Census{People: 300, Foreign: 150, Unknown: 300}, []intake.Sign{intake.SignForeign}, false},
		{"numbers of a generator", intake.Census{People: 50, Unnamed: 45, Consecutive: 49, Unknown: 50}, []intake.Sign{intake.SignNoNames, intake.SignConsecutive}, true},
		{"one below", intake.Census{People: 50, Unnamed: 44, Consecutive: 49, Unknown: 50}, []intake.Sign{intake.SignConsecutive}, false},
		{"a run abroad, with made-up names", intake.Census{People: 100, Foreign: 100, Consecutive: 30}, []intake.Sign{intake.SignConsecutive, intake.SignForeign}, true},
		{"very many without names", intake.Census{People: 1000, Unnamed: 900, Unknown: 1000}, []intake.Sign{intake.SignNoNames, intake.SignManyUnknown}, true},
		{"very many of whom most are known", intake.Census{People: 2000, Unnamed: 1900, Unknown: 1000}, []intake.Sign{intake.SignNoNames}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.census.Signs()
			if !reflect.DeepEqual(got, tt.want) || intake.Bought(got) != tt.bought {
				t.Errorf("signs %q, bought %v", got, intake.Bought(got))
			}
		})
	}
}
