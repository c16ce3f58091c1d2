// sample:start
module films {
    requires io.rangestream.client;
}
// sample:end
