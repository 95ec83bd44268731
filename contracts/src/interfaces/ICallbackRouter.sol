// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobOutcome, JobState, Order} from "./AssayTypes.sol";

/// @title What a contract that orders compute implements: Order.callback
interface IAssayCallback {
    /// @notice The job's outcome, after FINAL, exactly once. Called with exactly Order.callbackGas.
    /// @dev Accept it from the router that you trust only. If it reverts, anyone may deliver it again later; nobody's
    /// money waits for it. What is returned is not looked at.
    /// @param orderHash digest of your Order
    /// @param outcome of the attempt that was reported; paid is gross
    /// @param ciphertextRoot and plaintextRoot: resultHash = H(ciphertextRoot ‖ plaintextRoot); both 0 where there is no
    /// result. Parts of the result can be shown under plaintextRoot afterwards.
    function onAssayResult(
        uint64 jobId,
        bytes32 orderHash,
        JobOutcome calldata outcome,
        bytes32 ciphertextRoot,
        bytes32 plaintextRoot
    ) external;
}

/// @title What the router asks a market
interface IReportedJobs {
    function hashOrder(Order calldata order) external view returns (bytes32);
    function jobIdOf(bytes32 orderHash, uint8 attempt) external pure returns (uint64);
    /// @dev The first word of the market's JobView.
    function job(uint64 jobId) external view returns (JobState state);
    function isReportedAs(uint64 jobId, JobCard calldata card, JobOutcome calldata outcome) external view returns (bool);
}

/// @title Tells a contract what became of the compute that it ordered
/// @notice Anyone delivers, at his own gas, once the job is FINAL: neither a settlement nor anybody's money waits for a
/// delivery. The callee gets exactly the gas that the Order names: where that much cannot be given (EIP-150 keeps a
/// 64th), the delivery is refused before the call, so that no stranger can make it fail. Of what the callee returns at
/// most 256 bytes are copied. A delivery that fails changes nothing and can be repeated; one that succeeded never can.
/// The router holds no money and has no rights anywhere.
///
/// Constructor: `CallbackRouter(address market)`. Another market has a router of its own.
interface ICallbackRouter {
    /// @notice Which job is meant, and everything about it that its market keeps a hash of.
    struct Shown {
        Order order;
        uint8 attempt;
        bytes32 offerHash;
        JobCard card;
        JobOutcome outcome;
        bytes32 ciphertextRoot;
        bytes32 plaintextRoot;
    }

    /// @notice A zero address where an account is wanted.
    error ZeroAddress();
    /// @notice The Order asks for no delivery.
    error NoCallback();
    /// @notice The Order names more gas than anybody could be asked to give.
    error CallbackGasTooHigh(uint32 got, uint32 max);
    /// @notice A call to nothing would succeed, and the result be gone.
    error CallbackIsNoContract(address callback);
    /// @notice A result is delivered once.
    error AlreadyDelivered(uint64 jobId);
    /// @notice Delivered is what nobody can change any more.
    error NotFinal(uint64 jobId, JobState got);
    /// @notice Card or outcome are not the job's, or not of this Order and offer.
    error WrongJob(uint64 jobId);
    /// @notice The roots are not those of the result that was reported.
    error WrongRoots(bytes32 got, bytes32 want);
    /// @notice Send at least `want` gas from here on.
    error NotEnoughGas(uint256 got, uint256 want);

    event ResultDelivered(uint64 indexed jobId, bytes32 indexed orderHash, address indexed callback);
    /// @notice The callee reverted; `reason` is the beginning of what it said.
    event DeliveryFailed(uint64 indexed jobId, bytes32 indexed orderHash, address indexed callback, bytes reason);

    function market() external view returns (address);
    function isDelivered(uint64 jobId) external view returns (bool);

    /// @notice Delivers a final outcome to Order.callback. Anyone.
    /// @return delivered whether the callee took it; false leaves everything as it was
    function deliver(Shown calldata shown) external returns (bool delivered);
}
