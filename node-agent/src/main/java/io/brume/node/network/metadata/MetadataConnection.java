package io.brume.node.network.metadata;

import static java.util.Objects.requireNonNull;

import io.brume.node.network.metadata.MetadataApi.Answer;
import io.brume.node.network.metadata.MetadataApi.Described;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the metadata service: turns Netty's messages into ours and back. */
final class MetadataConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataConnection.class);
    private static final int MAX_HOP_LIMIT = 64;

    private final MetadataApi api;
    private final Function<String, Optional<Described>> instances;

    /**
     * @param instances who is at a private address of this VPC
     */
    MetadataConnection(MetadataApi api, Function<String, Optional<Described>> instances) {
        this.api = requireNonNull(api);
        this.instances = requireNonNull(instances);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        boolean keep = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        Answer answer = answer(context, request);
        boolean head = request.method().equals(HttpMethod.HEAD);
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(answer.status()),
                        head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.SERVER, "EC2ws")
                .set(HttpHeaderNames.CONNECTION, keep ? "keep-alive" : "close");
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        // The packet filter turns these bits into the packets' time to live.
        int limit = answer.hopLimit() >= MAX_HOP_LIMIT ? 0 : Math.max(0, answer.hopLimit());
        context.channel().config().setOption(ChannelOption.IP_TOS, limit << 2);
        var written = context.writeAndFlush(response);
        if (!keep) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private Answer answer(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            return MetadataApi.failure(400, "Bad Request");
        }
        String path;
        try {
            path = new QueryStringDecoder(request.uri()).path();
        } catch (IllegalArgumentException e) {
            LOG.debug("not a path", e);
            return MetadataApi.failure(400, "Bad Request");
        }
        var remote = (InetSocketAddress) context.channel().remoteAddress();
        return api.answer(
                instances.apply(remote.getAddress().getHostAddress()),
                new MetadataApi.Request(
                        request.method().name(), path, name -> request.headers().get(name)));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection of {} ends", context.channel().remoteAddress(), cause);
        var _ = context.close();
    }
}
