// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Report} from "./AssayTypes.sol";

/// @title From a quorum's report to money
/// @notice Pay, refunds and locks to free wait in *buckets* of bucketS seconds, index = ceil(challengeUntil / bucketS),
/// and are claimable when now > index·bucketS. As challengeWindowS ≤ bucketS, an account never has more than two
/// buckets waiting.
///
/// Constructor: `Settlement(address vault, address stake, address market, address committee, address treasury)`.
/// Deployed last, it refuses a wiring in which the others do not know it.
interface ISettlement {
    error WrongWiring(string what, address got, address want);
    error ZeroAddress();
    error ReportFromTheFuture(uint40 got, uint256 max);
    error ReportExpired(uint256 got, uint40 want);
    /// @notice count must be 1 to 256.
    error WrongVerdictCount(uint256 got);
    error WrongVerdictsLength(uint256 got, uint256 want);
    error WrongVerdictsHash(bytes32 got, bytes32 want);
    error NothingToClaim(address account);

    /// @notice `digest` is the Report's EIP-712 digest. Verdict k of this transaction's calldata has leaf k under
    /// evidenceRoot.
    event ReportAccepted(uint64 indexed epoch, uint64 indexed seq, bytes32 digest, bytes32 evidenceRoot, uint16 count);
    /// @notice The report's fees were credited to the treasury.
    event FeePaid(uint64 indexed epoch, uint64 indexed seq, uint256 amount);
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

    function vault() external view returns (address);
    function stake() external view returns (address);
    function market() external view returns (address);
    function committee() external view returns (address);
    function treasury() external view returns (address);
    function bucketS() external view returns (uint32);
    function feeBps() external view returns (uint16);

    function hashReport(Report calldata report) external view returns (bytes32);
    /// @notice What `claim(account)` would move now.
    function claimableOf(address account) external view returns (uint256 amount, uint256 lock);
    /// @notice What waits for its bucket.
    function pendingOf(address account) external view returns (uint256 amount, uint256 lock);

    /// @notice Settles a report. Anyone may submit it.
    /// Effects: every verdict that fits is applied once; pay less fee, refunds and locks enter buckets; the fee is
    /// credited to the treasury.
    /// Requirements: observedAt ≤ now ≤ validUntil; 1 to 256 verdicts of 53 bytes with this hash; a quorum of
    /// report.epoch.
    function settle(Report calldata report, bytes calldata verdicts, uint256 bitmask, bytes calldata signatures)
        external;

    /// @notice Moves all of an account's matured buckets to its vault credit and frees the locks. Anyone, for anyone.
    function claim(address account) external;

    /// @notice Slashes the provider of a job reported as FRAUD, once, after challengeUntil. Anyone; nothing goes to the
    /// caller.
    function slash(uint64 jobId) external;
}
