package rtsp

import (
	"context"
	"slices"
	"strings"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
)

// handler has the functions that gortsplib calls. Those of one session do not overlap.
type handler struct{ *Server }

// isHere reports whether there is a stream under a path.
func isHere(path string) bool { return strings.Trim(path, "/") == "" }

// OnRequest is called by gortsplib before it answers. It wants one path in all requests of a
// session; GStreamer takes the stream at "/" for "" in one and for "//" in another.
func (h handler) OnRequest(on *gortsplib.ServerConn, request *base.Request) {
	session := on.Session()
	if (request.Method == base.Play || request.Method == base.Pause) && session != nil && request.URL != nil && isHere(request.URL.Path) {
		request.URL.Path = session.Path()
	}
}

// OnDescribe is called by gortsplib.
func (h handler) OnDescribe(ctx *gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	if no := h.admit(addressOf(ctx.Conn.NetConn().RemoteAddr()), ctx.Request); no != nil {
		return no, nil, nil
	}
	if !isHere(ctx.Path) {
		return answer(base.StatusNotFound), nil, nil
	}
	withSound := isChosen(h.sound)
	ctx.Conn.SetUserData(withSound)
	about := answer(base.StatusOK)
	about.Body = h.about[withSound]
	return about, nil, nil
}

// OnSetup is called by gortsplib.
func (h handler) OnSetup(ctx *gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	from := addressOf(ctx.Conn.NetConn().RemoteAddr())
	if no := h.admit(from, ctx.Request); no != nil {
		return no, nil, nil
	}
	if !isHere(ctx.Path) {
		return answer(base.StatusNotFound), nil, nil
	}
	r, again := ctx.Session.UserData().(*reader)
	if !again {
		stream, err := h.newStream()
		if err != nil {
			return answer(base.StatusInternalServerError), nil, err
		}
		toldOfSound, told := ctx.Conn.UserData().(bool)
		r = &reader{from: from, setUp: ctx.Request, stream: stream, session: ctx.Session, toldOfSound: toldOfSound || !told && isChosen(h.sound)}
		ctx.Session.SetUserData(r)
	}
	return answer(base.StatusOK), r.stream, nil
}

// OnPlay is called by gortsplib.
func (h handler) OnPlay(ctx *gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	r, ok := ctx.Session.UserData().(*reader)
	on, counted := ctx.Conn.NetConn().(*conn)
	if !ok || !counted {
		return answer(base.StatusSessionNotFound), nil
	}
	if r.leave() { // it played already
		h.remove(r)
	}
	agent := ""
	if sent := ctx.Request.Header["User-Agent"]; len(sent) > 0 {
		agent = sent[0]
	}
	viewer, status := h.door.Enter(r.from, agent)
	if viewer == nil {
		return answer(base.StatusCode(status)), nil
	}
	// From here on a change of the passcode disconnects it; one before shows now.
	if no := h.admit(r.from, r.setUp); no != nil {
		viewer.Leave()
		return no, nil
	}
	r.hears = slices.Contains(ctx.Session.Medias(), r.stream.Desc.Medias[soundMedia])
	r.enter(viewer, on, context.AfterFunc(viewer.Context(), r.session.Close))
	r.entering.Store(true)
	return answer(base.StatusOK), nil
}

// OnResponse is called by gortsplib before it answers. Only now does it take packets for a session that
// begins to play: before, the reader would get the rest of a picture first.
func (h handler) OnResponse(on *gortsplib.ServerConn, _ *base.Response) {
	session := on.Session()
	if session == nil {
		return
	}
	if r, ok := session.UserData().(*reader); ok && r.entering.Swap(false) && h.add(r) {
		h.log.Info("reader connected by RTSP", "address", r.from, "readers", h.Readers())
	}
}

// OnPause is called by gortsplib.
func (h handler) OnPause(ctx *gortsplib.ServerHandlerOnPauseCtx) (*base.Response, error) {
	h.end(ctx.Session)
	return answer(base.StatusOK), nil
}

// OnSessionClose is called by gortsplib.
func (h handler) OnSessionClose(ctx *gortsplib.ServerHandlerOnSessionCloseCtx) {
	h.end(ctx.Session)
	if r, ok := ctx.Session.UserData().(*reader); ok {
		r.stream.Close()
	}
}

// end has a session's reader play no longer.
func (h handler) end(session *gortsplib.ServerSession) {
	r, ok := session.UserData().(*reader)
	if ok && r.leave() {
		h.remove(r)
		h.log.Info("reader disconnected by RTSP", "address", r.from)
	}
}

// OnStreamWriteError is called by gortsplib for each packet that is lost.
func (h handler) OnStreamWriteError(ctx *gortsplib.ServerHandlerOnStreamWriteErrorCtx) {
	if r, ok := ctx.Session.UserData().(*reader); ok {
		r.failed.Add(1)
	}
}

// OnDecodeError is called by gortsplib, which would log it on its own.
func (h handler) OnDecodeError(ctx *gortsplib.ServerHandlerOnDecodeErrorCtx) {
	h.log.Debug("not understood by RTSP", "err", ctx.Error)
}
