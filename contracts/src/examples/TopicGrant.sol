// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobOutcome, Order, Payment} from "../interfaces/AssayTypes.sol";
import {IAssayCallback} from "../interfaces/ICallbackRouter.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {Float32} from "../libraries/Float32.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title An example: a fund that pays authors whose text is on its topic, as a verified model sees it
/// @notice The steward orders the embedding of an author's text with the fund's own credit. When the job is FINAL the
/// CallbackRouter hands in the result's root. Then anyone shows the embedding under that root; the fund takes its dot
/// product with the topic's and, where that reaches the threshold, pays the author. Nobody is asked to be believed: a
/// quorum verified that this model gives this vector for this text, and the rest is arithmetic.
///
/// What it shows: ordering without a key (lane PRIOR_BALANCE, the consumer calls), a callback that costs little and does
/// little, and acting on a part of the result. Not for more than it says: a text may be on topic and worthless.
contract TopicGrant is IAssayCallback {
    using SafeERC20 for IERC20;

    struct Application {
        address author;
        bytes32 plaintextRoot; // 0 until the result is FINAL
        bool decided;
    }

    /// @notice Only the steward orders.
    error NotSteward(address got, address want);
    /// @notice Only the router delivers results.
    error NotRouter(address got, address want);
    /// @notice The Order's consumer and callback must be this fund.
    error WrongConsumer(address got, address want);
    /// @notice No application has this job.
    error UnknownApplication(uint64 jobId);
    /// @notice The result is not FINAL, or not delivered yet.
    error NoResultYet(uint64 jobId);
    /// @notice An application is decided once.
    error AlreadyDecided(uint64 jobId);
    /// @notice The leaf has not the topic's dimensions.
    error WrongLeaf(uint256 got, uint256 want);
    /// @notice The leaf is not unit 0 of the result.
    error NotUnderRoot(bytes32 root);
    /// @notice A topic has 1 to 1,024 dimensions.
    error WrongTopicLength(uint256 got);

    event Applied(uint64 indexed jobId, address indexed author);
    event ResultArrived(uint64 indexed jobId, uint8 code);
    event Decided(uint64 indexed jobId, address indexed author, int256 score, bool paid);

    uint256 private constant DIMENSIONS_MAX = 1_024;

    ITokenVault public immutable vault;
    IJobMarket public immutable market;
    address public immutable router;
    address public immutable steward;
    uint256 public immutable grant; // token base units
    int256 public immutable threshold; // of the dot product with the topic, times 2^40 · 127

    bytes private _topic; // one int8 a dimension: the topic's unit vector times 127
    mapping(uint64 jobId => Application) public applications;

    constructor(
        ITokenVault vault_,
        IJobMarket market_,
        address router_,
        uint256 grant_,
        int256 threshold_,
        bytes memory topic
    ) {
        if (topic.length == 0 || topic.length > DIMENSIONS_MAX) {
            revert WrongTopicLength(topic.length);
        }
        vault = vault_;
        market = market_;
        router = router_;
        steward = msg.sender;
        grant = grant_;
        threshold = threshold_;
        _topic = topic;
    }

    /// @notice Puts tokens that the caller approved into the fund's credit.
    function endow(uint256 amount) external {
        IERC20 token = IERC20(vault.token());
        token.safeTransferFrom(msg.sender, address(this), amount);
        token.forceApprove(address(vault), amount);
        vault.deposit(amount);
    }

    /// @notice Orders the embedding of a text whose author is to be paid. Only the steward.
    /// @param order whose consumer and callback are this fund, in lane PRIOR_BALANCE; its spec names text and model
    function apply_(Order calldata order, address author) external returns (uint64 jobId) {
        if (msg.sender != steward) revert NotSteward(msg.sender, steward);
        if (order.consumer != address(this)) revert WrongConsumer(order.consumer, address(this));
        if (order.callback != address(this)) revert WrongConsumer(order.callback, address(this));
        // Recorded before the call: the id is known before the job is.
        jobId = market.jobIdOf(market.hashOrder(order), 1);
        applications[jobId].author = author;
        emit Applied(jobId, author);
        market.fund(order, Payment(0, 0, ""));
    }

    function onAssayResult(uint64 jobId, bytes32, JobOutcome calldata outcome, bytes32, bytes32 plaintextRoot)
        external
    {
        if (msg.sender != router) revert NotRouter(msg.sender, router);
        if (applications[jobId].author == address(0)) revert UnknownApplication(jobId);
        emit ResultArrived(jobId, outcome.code);
        if (outcome.code == PackedVerdicts.OK) applications[jobId].plaintextRoot = plaintextRoot;
        else applications[jobId].decided = true; // refunded: the fund's credit is whole again
    }

    /// @notice Shows the text's embedding and decides. Anyone.
    /// @param leaf the result leaf of unit 0: u32 unit ‖ dim × float32
    /// @param size how many leaves the result has
    /// @param path siblings of the leaf, upwards
    function decide(uint64 jobId, bytes calldata leaf, uint256 size, bytes32[] calldata path) external {
        Application storage application = applications[jobId];
        if (application.author == address(0)) revert UnknownApplication(jobId);
        if (application.decided) revert AlreadyDecided(jobId);
        bytes32 root = application.plaintextRoot;
        if (root == 0) revert NoResultYet(jobId);
        if (!Merkle.isIncluded(root, Merkle.leafHash(leaf), 0, size, path)) revert NotUnderRoot(root);
        int256 score = scoreOf(leaf);
        application.decided = true;
        bool paid = score >= threshold;
        emit Decided(jobId, application.author, score, paid);
        if (paid) vault.withdraw(application.author, grant);
    }

    /// @notice The dot product of an embedding with the topic, times 2^40 · 127.
    function scoreOf(bytes calldata leaf) public view returns (int256 score) {
        bytes memory topic = _topic;
        if (leaf.length != 4 + 4 * topic.length) revert WrongLeaf(leaf.length, 4 + 4 * topic.length);
        for (uint256 i = 0; i < topic.length; ++i) {
            uint32 bits = uint32(bytes4(leaf[4 + 4 * i:8 + 4 * i]));
            score += Float32.toFixed(bits) * int8(uint8(topic[i]));
        }
    }
}
