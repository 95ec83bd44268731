// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who may stop new jobs, and nothing else
/// @notice The keeper stops new jobs of a market at once. The market ends the pause by itself after its own bound, and
/// bears no second one before it was open for as long; only governance can prolong it or end it before. No exit is ever
/// paused, and the keeper moves no money, changes no parameter and ends no pause.
///
/// Constructor: `Guardian(address governor, address keeper, address[] markets)`.
interface IGuardian {
    /// @notice A zero address where an account is wanted.
    error ZeroAddress();
    /// @notice Only the governor may do this.
    error NotGovernor(address got, address want);
    /// @notice Only the keeper stops new jobs.
    error NotKeeper(address got, address want);
    /// @notice Governance did not name this market.
    error UnknownMarket(address got);
    /// @notice It is so already.
    error NothingToChange(address got);
    /// @notice No further market can be named.
    error TooManyMarkets(uint256 got, uint256 max);

    event KeeperChanged(address indexed keeper);
    event MarketChanged(address indexed market, bool known);
    event NewJobsStopped(address indexed market);

    function governor() external view returns (address);
    function keeper() external view returns (address);
    function isMarket(address market) external view returns (bool);
    function markets() external view returns (address[] memory);

    /// @notice Stops new jobs of one market. Only the keeper.
    function stop(address market) external;
    /// @notice Stops new jobs of every market that can be stopped now. Only the keeper.
    /// @return stopped how many
    function stopAll() external returns (uint256 stopped);
    /// @notice Only the governor; 0: nobody.
    function setKeeper(address keeper) external;
    /// @notice Only the governor; eight at most.
    function setMarket(address market, bool known) external;
}
