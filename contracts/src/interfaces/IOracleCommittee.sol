// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who may report, and what a quorum is
/// @notice Epochs count from 1. Epoch e has n = 3f+1 keys (4 to 31) and a quorum q = 2f+1. A committee stays answerable
/// for the jobs that were accepted in its epoch; new jobs take the current epoch. A removed key signs in no epoch any
/// more, while n and q stay, so that removing keys never makes a quorum cheaper.
///
/// Constructor: `OracleCommittee(address governor, address[] keys, bytes32[] pins)`; keys and pins are those of epoch
/// 1.
interface IOracleCommittee {
    error NotGovernor(address got, address want);
    error ZeroAddress();
    /// @notice n must be 3f+1, 4 to 31.
    error WrongCommitteeSize(uint256 got);
    error WrongPinCount(uint256 got, uint256 want);
    error ZeroKey(uint256 index);
    error RepeatedKey(address key);
    error RemovedKey(address key);
    error AlreadyRemoved(address key);
    error TooManyRemovals(uint256 got, uint256 max);
    error UnknownEpoch(uint64 got, uint64 current);
    /// @notice The bitmask must have exactly q bits, all below n.
    error WrongSignerCount(uint256 got, uint256 want);
    error SignerOutOfRange(uint256 bitmask, uint256 n);
    error WrongSignatureLength(uint256 got, uint256 want);
    /// @notice Signature number `index` of the bitmask's keys recovers to another address.
    error WrongSigner(uint256 index, address got, address want);

    /// @notice Epoch `epoch` began. The keys and pins are also the code of `blob` after its first byte.
    event CommitteeRotated(uint64 indexed epoch, bytes32 epochDigest, address blob, address[] keys, bytes32[] pins);
    event KeyRemoved(address indexed key);

    function governor() external view returns (address);
    /// @notice The epoch that a job accepted now gets.
    function currentEpoch() external view returns (uint64);
    /// @notice n, q, keys and pins (SHA-256 of each node's TLS SubjectPublicKeyInfo) of an epoch.
    function committeeOf(uint64 epoch)
        external
        view
        returns (uint8 n, uint8 q, address[] memory keys, bytes32[] memory pins);
    /// @notice H("assay/committee/v1" ‖ chainId ‖ this ‖ epoch u64 ‖ n u8 ‖ q u8 ‖ blob).
    function epochDigest(uint64 epoch) external view returns (bytes32);
    function isRemoved(address key) external view returns (bool);
    function removedKeys() external view returns (address[] memory);

    /// @notice Returns only if `signatures` are those of exactly q keys of the epoch over `digest`.
    /// @param bitmask bit i = key i signed
    /// @param signatures q × 64 bytes r‖s in ascending order of i, each with the s for which v = 27
    function verify(uint64 epoch, bytes32 digest, uint256 bitmask, bytes calldata signatures) external view;

    /// @notice Begins the next epoch. Only the governor. Requirements: n = 3f+1 in 4 to 31; keys distinct, none zero or
    /// removed.
    function rotate(address[] calldata keys, bytes32[] calldata pins) external returns (uint64 epoch);

    /// @notice Masks a key in every epoch, past and future, for ever. Only the governor.
    function removeKey(address key) external;
}
