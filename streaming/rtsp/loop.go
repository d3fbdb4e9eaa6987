package rtsp

import "context"

// loop passes something on while a Server has readers for it. The Server's mu guards it.
type loop struct {
	stop    context.CancelFunc // nil while it does not run
	stopped chan struct{}      // closed when it, or the one before, has ended; nil before the first
}

// begin runs a function until end, behind the one before, unless it runs already.
func (l *loop) begin(s *Server, do func(context.Context)) {
	if l.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(s.ctx)
	before, stopped := l.stopped, make(chan struct{})
	l.stop, l.stopped = stop, stopped
	s.sending.Go(func() {
		defer close(stopped)
		if before != nil {
			<-before
		}
		do(ctx)
	})
}

// end has it end soon.
func (l *loop) end() {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
}
