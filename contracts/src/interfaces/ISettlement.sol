// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobOutcome, Report} from "./AssayTypes.sol";

/// @title From a quorum's report to money
/// @notice Pay, refunds, fees and locks to free wait in *buckets* of bucketS seconds, index = ceil(challengeUntil /
/// bucketS), and are claimable when now > index·bucketS. As no challenge window is longer than bucketS, an account never
/// has more than two buckets waiting. The fee waits as long as the pay that it is part of, so that a dispute can take
/// both back. The money itself lies in the JobMarket's ledger until it is claimed.
///
/// Verdicts of job ids with bit 63 go to the metered market, all others to the JobMarket.
///
/// Constructor: `Settlement(address stake, address market, address committee, address feeReceiver, address
/// meteredMarket, address court)`; the last two may be 0: no such jobs, no disputes. It refuses a wiring in which
/// contracts that are there already do not know it.
interface ISettlement {
    /// @notice The contract that `what` names points to `got`, not to `want`: the deployment is put together wrongly.
    error WrongWiring(string what, address got, address want);
    /// @notice A zero address where an account or contract is wanted.
    error ZeroAddress();
    /// @notice The report was observed after this block's time: wait, and correct the oracles' clocks.
    error ReportFromTheFuture(uint40 got, uint256 max);
    /// @notice The report held until `want` (chain time, seconds): let the committee sign the same verdicts again.
    error ReportExpired(uint256 got, uint40 want);
    /// @notice count must be 1 to 256.
    error WrongVerdictCount(uint256 got);
    /// @notice A verdict takes 53 bytes: these are not as many bytes as the report's count says.
    error WrongVerdictsLength(uint256 got, uint256 want);
    /// @notice These are not the verdicts whose hash the committee signed.
    error WrongVerdictsHash(bytes32 got, bytes32 want);
    /// @notice One card of 89 bytes for each verdict, or none for any.
    error WrongCardsLength(uint256 got, uint256 want);
    /// @notice Nothing of this account is final yet, or all of it was claimed before.
    error NothingToClaim(address account);
    /// @notice A bucket cannot hold what is to be added, or does not hold what is to be taken out.
    error BucketOutOfRange(address account, uint256 got, uint256 limit);
    /// @notice This is a metered job, and the Settlement serves no metered market.
    error NoMeteredMarket(uint64 jobId);
    /// @notice What is shown of the job is too short to hold its id.
    error WrongShown(uint256 bytesGiven);

    /// @notice Every verdict was applied or can never apply. `digest` is the Report's EIP-712 digest. Verdict k of this
    /// transaction's calldata has leaf k under evidenceRoot.
    event ReportAccepted(uint64 indexed epoch, uint64 indexed seq, bytes32 digest, bytes32 evidenceRoot, uint16 count);
    /// @notice As ReportAccepted, but verdicts wait for their cards: bit k of wrongCards is verdict k. Whoever shows the
    /// right ones with the same report settles them.
    event ReportIncomplete(uint64 indexed epoch, uint64 indexed seq, bytes32 digest, uint256 wrongCards);
    /// @notice `amount` became the account's vault credit and `lock` of its stake was freed.
    event Claimed(address indexed account, uint256 amount, uint256 lock);
    /// @notice A fraud was slashed: taken = compensation + burned + insurance.
    event JobSlashed(
        uint64 indexed jobId,
        address indexed provider,
        uint96 taken,
        uint96 compensation,
        uint96 burned,
        uint96 insurance
    );

    function stake() external view returns (address);
    function market() external view returns (address);
    function committee() external view returns (address);
    /// @notice Gets the fees: its buckets fill and are claimed like everybody's.
    function feeReceiver() external view returns (address);
    /// @notice 0: none.
    function meteredMarket() external view returns (address);
    function bucketS() external view returns (uint32);
    function feeBps() external view returns (uint16);

    function hashReport(Report calldata report) external view returns (bytes32);
    /// @notice What `claim(account)` would move now.
    function claimableOf(address account) external view returns (uint256 amount, uint256 lock);
    /// @notice What waits for its bucket.
    function pendingOf(address account) external view returns (uint256 amount, uint256 lock);

    /// @notice Settles a report. Anyone may submit it, more than once: a verdict applies once.
    /// Effects: every verdict that fits and whose card is right is applied; pay less fee, fees, refunds and locks enter
    /// buckets.
    /// Requirements: observedAt ≤ now ≤ validUntil; 1 to 256 verdicts of 53 bytes with this hash, a card of 89 bytes for
    /// each, or no card at all: then the report is on record, its signers have their points, and every verdict waits
    /// for its card (ReportIncomplete); a quorum of report.epoch.
    function settle(
        Report calldata report,
        bytes calldata verdicts,
        bytes calldata cards,
        uint256 bitmask,
        bytes calldata signatures
    ) external;

    /// @notice Moves all of an account's matured buckets to its vault credit and frees the locks. Anyone, for anyone.
    function claim(address account) external;

    /// @notice Slashes the provider of a job reported as FRAUD, once, after challengeUntil. Anyone; nothing goes to the
    /// caller.
    function slash(uint64 jobId, JobCard calldata card, JobOutcome calldata outcome) external;

    /// @notice `slash` for a metered job: of what its FRAUD verdict moved. `shown` as the metered market reads it
    /// (abi.encode(uint64 jobId, JobCard card, RateOutcome outcome)).
    function slashMetered(bytes calldata shown) external;
}
