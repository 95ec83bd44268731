// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Rewards beyond pay, bounded by fees
/// @notice The publisher posts, epoch by epoch, a Merkle root over what every account has earned *in all* so far. A claim
/// pays what of it was not paid yet, so nothing is ever claimed twice and nothing lapses.
///
/// Whatever a root says: all that is ever paid stays ≤ emissionBps/10,000 × the fees that FeeRouter counted in finished
/// epochs, and each account's ≤ the same part of the fees that its leaf says were paid for its own units (anyone can add
/// those up from events, within rootDelayS, in which the governor can still veto). emissionBps ≤ EMISSION_BPS_MAX <
/// 10,000: so whoever pays fees in order to earn rewards ends with less.
///
/// Leaf: H(H(account ‖ amount ‖ fees)), three ABI words, both amounts cumulative; inner nodes H of the two children in
/// ascending order (OpenZeppelin's standard Merkle tree). Hashed twice, so that no inner node passes for a leaf.
///
/// A module of the vault. Constructor: `RewardDistributor(address vault, address governor, address feeRouter, address
/// publisher, uint16 emissionBps, uint32 rootDelayS)`.
interface IRewardDistributor {
    /// @notice Only the governor may.
    error NotGovernor(address got, address want);
    /// @notice Only the publisher posts roots.
    error NotPublisher(address got, address want);
    /// @notice A zero address where an account is wanted.
    error ZeroAddress();
    /// @notice An amount of nothing.
    error ZeroAmount();
    /// @notice k outside of its constant bound, in 1/10,000.
    error ShareOutOfRange(uint16 got, uint16 min, uint16 max);
    /// @notice An epoch that is not over, was published, or is too many ahead for one call.
    error WrongEpoch(uint64 got, uint64 min, uint64 max);
    /// @notice A root still waits for its time or a veto.
    error RootPending(uint64 epoch, uint40 claimableFrom);
    /// @notice No root waits for its time.
    error NothingPending();
    /// @notice The total falls below an earlier one, or above what fees or funds allow.
    error TotalOutOfRange(uint256 got, uint256 min, uint256 max);
    /// @notice The leaf is not under the current root.
    error WrongProof(address account, uint256 amount);
    /// @notice The leaf's amount is above its part of the leaf's fees.
    error AboveFees(uint256 got, uint256 max);
    /// @notice All that the account earned was paid.
    error NothingToClaim(address account);
    /// @notice The root's leaves come to more than its total.
    error TotalExceeded(uint256 got, uint256 max);

    event RewardsFunded(address indexed from, uint256 amount);
    event RootPublished(uint64 indexed epoch, bytes32 root, uint256 total, uint40 claimableFrom);
    event RootVetoed(uint64 indexed epoch, bytes32 root);
    event RewardClaimed(address indexed account, uint256 amount, uint256 cumulative);
    event PublisherSet(address publisher);

    function vault() external view returns (address);
    function governor() external view returns (address);
    function feeRouter() external view returns (address);
    function publisher() external view returns (address);
    /// @notice k in 1/10,000.
    function emissionBps() external view returns (uint16);
    function EMISSION_BPS_MAX() external view returns (uint16);
    /// @notice Seconds between a root's publication and its first claim.
    function rootDelayS() external view returns (uint32);
    /// @notice The last epoch that was published and not vetoed.
    function lastEpoch() external view returns (uint64);
    /// @notice k × the fees of all epochs up to lastEpoch.
    function emissionMax() external view returns (uint256);
    function funded() external view returns (uint256);
    function claimedOf(address account) external view returns (uint256);
    function totalClaimed() external view returns (uint256);
    /// @notice The root against which claims are proved now, and its total.
    function currentRoot() external view returns (bytes32 root, uint256 total);

    /// @notice Gives `amount` of the caller's vault credit for rewards, for ever.
    function fund(uint256 amount) external;

    /// @notice Posts the root of everything earned up to the end of `epoch`. Only the publisher.
    /// Effects: claimable from now + rootDelayS on. Requirements: no root is pending; lastEpoch < epoch < FeeRouter's
    /// current one, at most 64 at a time; total ≥ the last one, ≤ emissionMax including these epochs, ≤ what was funded.
    function publish(uint64 epoch, bytes32 root, uint256 total) external;

    /// @notice Throws a pending root away. Only the governor.
    function veto() external;

    function setPublisher(address publisher_) external;

    /// @notice Pays an account what it has earned and was not paid. Anyone, for anyone. Becomes its vault credit.
    /// @param amount cumulative
    /// @param fees cumulative, paid for the account's own units
    function claim(address account, uint256 amount, uint256 fees, bytes32[] calldata proof) external;
}
