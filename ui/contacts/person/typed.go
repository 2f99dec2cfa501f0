package person

import "pregon/store/audience"

// WrongSearch says what is wrong with a search and what would be allowed there.
func (w *Words) WrongSearch(fault *audience.SyntaxError) string {
	want := fault.Want
	if fault.Code == audience.CodeUnknownKey {
		want = audience.Keys()
	}
	return w.env.Say.WrongSearch(fault.Code.String(), want)
}
