# Completion of fanlight for bash. Made from the options by "make manual".

_fanlight() {
    local cur prev words cword
    _init_completion -n =: || return
    local option=$prev
    # --option=value is one word, since = and : divide none here.
    if [[ $cur == --*=* ]]; then
        option=${cur%%=*}
        cur=${cur#*=}
    fi
    case $option in
        --camera)
            # Not by compgen -W, which would expand what a camera is called.
            local id
            while IFS=$'\t' read -r id _; do
                [[ $id != "$cur"* ]] || COMPREPLY+=("$(printf %q "$id")")
            done < <(fanlight --list-cameras 2>/dev/null)
            __ltrim_colon_completions "$cur"
            return
            ;;
        --rotate)
            COMPREPLY=($(compgen -W "90 180 270" -- "$cur"))
            return
            ;;
        --tls-cert | --tls-key)
            _filedir
            return
            ;;
        --listen) return ;;
        --name) return ;;
        --size) return ;;
        --fps) return ;;
        --quality) return ;;
        --control) return ;;
        --text) return ;;
        --snapshot) return ;;
        --record) return ;;
        --history) return ;;
        --microphone) return ;;
        --time-lapse) return ;;
        --record-split) return ;;
        --history-disk) return ;;
        --send-to) return ;;
        --passcode) return ;;
        --allow-host) return ;;
        --allow-origin) return ;;
        --max-viewers) return ;;
        --idle) return ;;
        --trusted-proxy) return ;;
    esac
    COMPREPLY=($(compgen -W "--help --headless --list-cameras --list-microphones --list-streams --camera --listen --share --stop-sharing --background --name --describe --size --fps --quality --control --rotate --mirror --text --clock --snapshot --record --history --microphone --time-lapse --record-split --record-remove-oldest --history-disk --no-rewind --rtsp --send-to --send-h264 --passcode --tls --tls-cert --tls-key --allow-host --allow-origin --max-viewers --idle --trusted-proxy --no-discovery --version " -- "$cur"))
} && complete -F _fanlight fanlight
