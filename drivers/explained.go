package drivers

// explained is a failure as a sentence for the user, which keeps its cause for
// errors.Is.
type explained struct {
	sentence string
	cause    error
}

func (e *explained) Error() string { return e.sentence }
func (e *explained) Unwrap() error { return e.cause }
