package add

import "testing"

func TestAdd(t *testing.T) {
	if got := Add(1, 2); got != 3 {
		t.Errorf("one and two are %d", got)
	}
}

func TestPanics(t *testing.T) {
	var p *int
	*p = 1
}
