package greet_test

import (
	"greet"
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	if !strings.Contains(greet.Greeting("Ada"), "Ada") {
		t.Fatal("the name is missing")
	}
}

func TestNobody(t *testing.T) {
	if len(greet.Greeting("")) < 3 {
		t.Fatal("nobody is greeted, too")
	}
}
