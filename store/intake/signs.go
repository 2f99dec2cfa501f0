package intake

// Sign is something by which a bought list is told from a shop's own customers.
type Sign string

// The signs.
const (
	SignNoNames     Sign = "no_names"     // hardly anybody has a name
	SignConsecutive Sign = "consecutive"  // runs of numbers, as from a generator
	SignForeign     Sign = "foreign"      // most numbers are of other countries than the shop
	SignManyUnknown Sign = "many_unknown" // very many at once whom the shop does not know
)

// Census is what is counted of a file while it is read, without holding it.
type Census struct {
	People      int // with a number that can be read
	Unnamed     int
	Foreign     int // of another country than the shop
	Consecutive int // whose number follows that of another one directly
	Unknown     int // whom the shop does not know yet
}

// Below fewest people nothing can be told; from many on they are very many.
const (
	fewestPeople = 50
	manyPeople   = 1000
)

// Signs returns the signs that a file shows. One alone may well be innocent: a shop at a border, numbers copied
// without names, a chain with very many customers.
func (c Census) Signs() []Sign {
	if c.People < fewestPeople {
		return nil
	}
	var signs []Sign
	if c.Unnamed*10 >= c.People*9 {
		signs = append(signs, SignNoNames)
	}
	if c.Consecutive*10 >= c.People*3 {
		signs = append(signs, SignConsecutive)
	}
	if c.Foreign*2 >= c.People {
		signs = append(signs, SignForeign)
	}
	if c.Unknown >= manyPeople && c.Unknown*10 >= c.People*9 {
		signs = append(signs, SignManyUnknown)
	}
	return signs
}

// Bought reports whether the signs together need the owner's written answer: numbers without names and any other
// sign, or runs of foreign numbers.
func Bought(signs []Sign) bool {
	has := map[Sign]bool{}
	for _, sign := range signs {
		has[sign] = true
	}
	return has[SignNoNames] && len(has) > 1 || has[SignConsecutive] && has[SignForeign]
}
