/**
 * State that all views on a page share. The loader evaluates this bundle once per page (a `globalThis` registry keyed
 * by version), so that module state can hold it.
 */
import { Channel } from "./channel";
import type { HostModel } from "./host/models";
import { Link } from "./link";

const channels = new WeakMap<HostModel, Channel>();
const links = new WeakMap<Channel, Link>();

/** Returns the channel of a hidden model: the same one for every view. */
export function sharedChannel(model: HostModel): Channel {
  let channel = channels.get(model);
  if (channel === undefined) {
    channel = new Channel(model);
    channels.set(model, channel);
  }
  return channel;
}

/** Returns the link between the views of a lens: one per channel. */
export function sharedLink(channel: Channel): Link {
  let link = links.get(channel);
  if (link === undefined) {
    link = new Link();
    links.set(channel, link);
  }
  return link;
}
