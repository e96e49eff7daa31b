/** What a POP server has done since it started: XTND STATS. Source: tcpip-smtp.md §7.1. */
export class PopStatistics {
  readonly startedAt: number;
  total = 0;
  current = 0;
  most = 0;
  normalEnds = 0;
  abnormalEnds = 0;
  timeouts = 0;
  /** Times somebody did not take at once what was said. */
  blocked = 0;
  retrievedMessages = 0;
  retrievedOctets = 0;
  smallest = 0;
  largest = 0;
  authFailures = 0;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  begin(): void {
    this.total += 1;
    this.current += 1;
    this.most = Math.max(this.most, this.current);
  }

  end(how: {
    readonly isNormal: boolean;
    readonly hasTimedOut: boolean;
    readonly timesBlocked: number;
  }): void {
    this.current -= 1;
    if (how.isNormal) this.normalEnds += 1;
    else this.abnormalEnds += 1;
    if (how.hasTimedOut) this.timeouts += 1;
    this.blocked += how.timesBlocked;
  }

  retrieved(octets: number): void {
    this.smallest = this.retrievedMessages === 0 ? octets : Math.min(this.smallest, octets);
    this.largest = Math.max(this.largest, octets);
    this.retrievedMessages += 1;
    this.retrievedOctets += octets;
  }
}
