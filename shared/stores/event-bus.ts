import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type ArticleEvent, eventName, eventSource } from "../api/event.ts";

/** EventBridge takes so many at a time. */
const eventsPerCall = 10;

const maxRounds = 4;

export type EventBus = ReturnType<typeof openEventBus>;

/** The event bus of the stack. */
export function openEventBus(client: EventBridgeClient, busName: string, pause: (round: number) => Promise<void>) {
  return {
    /**
     * Tells the bus of events, in order but for those that it did not take at first: the bus keeps no order anyway, which is
     * why each event has its sequence.
     *
     * @throws Error when it refuses some of them again and again; then some may have been taken
     */
    async putEvents(events: readonly ArticleEvent[]): Promise<void> {
      for (let start = 0; start < events.length; start += eventsPerCall) {
        let left = events.slice(start, start + eventsPerCall);
        for (let round = 1; left.length > 0; round++) {
          const { Entries = [] } = await client.send(
            new PutEventsCommand({
              Entries: left.map((event) => ({
                EventBusName: busName,
                Source: eventSource,
                DetailType: eventName(event.type),
                Time: new Date(event.at),
                Resources: [],
                Detail: JSON.stringify(event),
              })),
            }),
          );
          left = left.filter((_, n) => Entries[n]?.EventId === undefined);
          if (left.length === 0) break;
          const refused = Entries.find(({ EventId }) => EventId === undefined);
          if (round === maxRounds) {
            throw new Error(`The event bus does not take ${left.length} events: ${refused?.ErrorCode}.`);
          }
          await pause(round);
        }
      }
    },
  };
}
